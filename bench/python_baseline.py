"""What people write today with Python's own modules: load the JSON, put the text into SQLite in 64 KiB pages with FTS5, keep the raw
file in a deflated ZIP. One transaction, no fsync per result, no hash: less than lrarchive does.

python_baseline.py FOLDER PATH    PATH is a result, or a folder of them
"""
import json
import os
import sqlite3
import sys
import zipfile

PAGE_CHARACTERS = 65536


def main(folder, path):
    paths = [path]
    if os.path.isdir(path):
        paths = sorted(os.path.join(path, name) for name in os.listdir(path))
    database = sqlite3.connect(os.path.join(folder, "results.db"))
    database.executescript(
        """
        CREATE TABLE results (result_id INTEGER PRIMARY KEY, script_name TEXT, exit_code INTEGER, script_errors TEXT);
        CREATE TABLE pages (page_id INTEGER PRIMARY KEY, result_id INTEGER, page_no INTEGER, text TEXT);
        CREATE VIRTUAL TABLE pages_fts USING fts5(text, content='pages', content_rowid='page_id');
        """
    )
    with database, zipfile.ZipFile(os.path.join(folder, "raw.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            with open(path, encoding="utf-8") as file:
                result = json.load(file, strict=False)
            text = result["script_output"].rstrip("\0").replace("\r\n", "\n")
            result_id = database.execute(
                "INSERT INTO results (script_name, exit_code, script_errors) VALUES (?, ?, ?)",
                (result["script_name"], result["exit_code"], result["script_errors"]),
            ).lastrowid
            for page_no, start in enumerate(range(0, len(text), PAGE_CHARACTERS), 1):
                page = text[start : start + PAGE_CHARACTERS]
                page_id = database.execute(
                    "INSERT INTO pages (result_id, page_no, text) VALUES (?, ?, ?)", (result_id, page_no, page)
                ).lastrowid
                database.execute("INSERT INTO pages_fts (rowid, text) VALUES (?, ?)", (page_id, page))
            archive.write(path, os.path.basename(path))
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
