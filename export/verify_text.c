#include "export/verify_text.h"

static void write_files(const struct subject *subject, struct spool *out)
{
    bool has_packages = false;
    for (size_t i = 0; i < subject->exhibit_count; i++)
        has_packages |= !subject->exhibits[i].is_withheld;
    spool_string(out,
                 "1. Every file is as it was exported. Nothing is printed when all is well.\n\n"
                 "    sha256sum -c --strict --quiet manifest-sha256.txt\n"
                 "    sha256sum -c --strict --quiet tagmanifest-sha256.txt\n\n");
    if (has_packages)
        spool_string(out,
                     "2. Every original in data/packages/ is named by the SHA-256 of its bytes.\n\n"
                     "    (cd data/packages && sha256sum *) | awk '$1 != $2 { print \"ALTERED: \" "
                     "$2 }'\n\n");
    else
        spool_string(out, "2. There are no originals in this export.\n\n");
}

static void write_ledger(struct spool *out)
{
    spool_string(
        out,
        "3. Every exhibit stands in the ledger: data/custody.jsonl has the lines about it, as "
        "they\n"
        "   were written when its bytes came in. They hold hashes, ids and operators; names and\n"
        "   words stand in the receipts, whose hashes are in the lines.\n\n"
        "    jq -r .package_sha256 data/exhibits.jsonl | while read -r hash; do\n"
        "      grep -q \"\\\"package_sha256\\\":\\\"$hash\\\"\" data/custody.jsonl || echo \"NO "
        "LINE: $hash\"\n"
        "    done\n"
        "    while IFS= read -r receipt; do\n"
        "      hash=$(printf %s \"$receipt\" | sha256sum | cut -c 1-64)\n"
        "      grep -q \"\\\"receipt_sha256\\\":\\\"$hash\\\"\" data/custody.jsonl || echo \"NO "
        "LINE: $receipt\"\n"
        "    done < data/receipts.jsonl\n\n");
}

/* As one word of the shell's. */
static void write_quoted(const char *text, struct spool *out)
{
    spool_string(out, "'");
    for (const char *at = text; *at; at++)
        spool_string(out, *at == '\'' ? "'\\''" : (const char[]){*at, '\0'});
    spool_string(out, "'");
}

static void write_signature(const struct subject *subject, struct spool *out)
{
    spool_string(
        out,
        "4. The checkpoint is signed. data/key.pub.pem is the signer's public key: compare it\n"
        "   with one that you have from the signer and not from this export.\n\n"
        "    work=$(mktemp -d)\n"
        "    sed '/^$/,$d' data/checkpoint.txt > \"$work/signed\"\n");
    spool_string(out, "    name=");
    write_quoted(subject->signed_by, out);
    spool_string(out, " awk '$1 == \"\xe2\x80\x94\" && $2 == ENVIRON[\"name\"] { print $3 }' "
                      "data/checkpoint.txt |\n"
                      "      base64 -d | tail -c 64 > \"$work/signature\"\n");
    spool_string(
        out,
        "    openssl pkeyutl -verify -pubin -inkey data/key.pub.pem -rawin -in \"$work/signed\" "
        "-sigfile \"$work/signature\"\n\n");
}

static void write_proofs(const struct subject *subject, struct spool *out)
{
    spool_format(
        out,
        "5. Every line in data/custody.jsonl is one of the %lld lines that the checkpoint stands "
        "for:\n"
        "   data/proofs.jsonl leads from it to the checkpoint's root (RFC 6962, 2.1.1).\n\n",
        (long long)subject->ledger_lines);
    spool_string(out,
                 "    hash_of() { openssl dgst -sha256 -binary | base64; }\n"
                 "    size=$(sed -n 2p data/checkpoint.txt) root=$(sed -n 3p data/checkpoint.txt)\n"
                 "    paste -d '\\n' data/custody.jsonl data/proofs.jsonl |\n"
                 "    while IFS= read -r line && IFS= read -r proof; do\n"
                 "      hash=$( (printf '\\0'; printf %s \"$line\") | hash_of)\n"
                 "      node=$(jq .index <<< \"$proof\") last=$((size - 1))\n"
                 "      for beside in $(jq -r '.hashes[]' <<< \"$proof\"); do\n"
                 "        if ((node % 2 == 1 || node == last)); then\n"
                 "          hash=$( (printf '\\1'; base64 -d <<< \"$beside\"; base64 -d <<< "
                 "\"$hash\") | hash_of)\n"
                 "          while ((node % 2 == 0 && node != 0)); do node=$((node / 2)) "
                 "last=$((last / 2)); done\n"
                 "        else\n"
                 "          hash=$( (printf '\\1'; base64 -d <<< \"$hash\"; base64 -d <<< "
                 "\"$beside\") | hash_of)\n"
                 "        fi\n"
                 "        node=$((node / 2)) last=$((last / 2))\n"
                 "      done\n"
                 "      [ \"$hash\" = \"$root\" ] && ((last == 0)) || echo \"NOT PROVED: $line\"\n"
                 "    done\n\n");
}

static void write_meaning(struct spool *out)
{
    spool_string(
        out,
        "What that proves: these bytes were taken in by the operator named in the ledger, in that\n"
        "order, before the checkpoint was signed, and neither they nor the lines were changed "
        "since.\n"
        "What it does not prove: that the machine told the truth, that the computer which took "
        "them\n"
        "in was sound, or that whoever holds the key did not write a whole other ledger before\n"
        "signing. A hash of data/checkpoint.txt in a ticket or a time stamp of another party "
        "settles\n"
        "when it was signed.\n\n"
        "Originals are what was downloaded. data/text/, the tables, the timeline, case.jsonld,\n"
        "case.sqlite and report.html are read out of them and can be made again.\n\n"
        "With lrarchive, all of this in one: lrarchive verify FILE.zip --key KEY.pub\n");
}

void verify_text_write(const struct subject *subject, struct spool *out)
{
    spool_format(out, "How to verify this export of case %s with stock tools\n\n",
                 subject->case_name);
    spool_string(out, "In a terminal, with bash, in the folder of this file. Lines that begin with "
                      "four blanks are\n"
                      "commands; they need coreutils, awk, grep, sed, jq and openssl 3, and "
                      "nothing of lrarchive.\n\n");
    write_files(subject, out);
    write_ledger(out);
    write_signature(subject, out);
    write_proofs(subject, out);
    write_meaning(out);
}
