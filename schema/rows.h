/*
 * rows - what the files store_*.c ask of each other. A package is named by its first_number here.
 */
#ifndef SCHEMA_ROWS_H
#define SCHEMA_ROWS_H

#include "schema/statement.h"
#include "schema/store.h"

/* ---- store_package.c ---- */

/* 1 and the package's first_number, 0 when it is not known. */
int package_find_number(struct store *store, const char *package_sha256, int64_t *number,
                        struct error *err);

/* Makes the public kind, and whether its contents are seen, fit its acquisitions: "file" when only
 * GetFile commands brought it. */
int package_settle_kind(struct store *store, int64_t package_number, struct error *err);

/* ---- store_content.c ---- */

/* Takes the finished contents of a package out of sight, and brings them back. */
int content_withdraw(struct store *store, int64_t package_number, struct error *err);
int content_restore(struct store *store, int64_t package_number, struct error *err);

/* ---- store_facts.c ---- */

/* What the known state of an action says about one of its commands; everything absent when it is
 * not known. The texts live until facts_release. */
struct facts {
    struct statement statement;
    bool is_get_file;
    struct text tenant_id, machine_id, machine_name;
    struct text action_at;  /* last_updated_at, else created_at */
    struct text command_at; /* ended_at, else started_at */
    struct text command_status, script_name;
};

/* Looks the command up; action_id absent: no facts. The next load waits for facts_release. */
int facts_load(struct facts *facts, struct store *store, struct text action_id,
               int64_t command_index, struct error *err);
/* The facts of a result's own command. */
int facts_load_of_result(struct facts *facts, struct store *store, int64_t result_id,
                         struct error *err);
void facts_release(struct facts *facts);

/* Binds tenant_id, machine_id, machine_name, command_at, action_at: ?1 to ?5. */
void facts_bind(struct statement *s, const struct facts *facts);

/* ---- store_result.c ---- */

/* What one acquisition says its bytes are: the part of it that results depend on. Absent texts have
 * bytes NULL; an absent action has command_index 0. */
struct claim {
    int64_t number; /* ledger line */
    struct text acquired_at, file_mtime, given_observed_at, operator_name;
    struct text tenant_id, action_id, machine_id, machine_name;
    int64_t command_index;
};

/* Gives every finished content of the package the result that the claim asks for, by the row rule.
 * *result_id is that of the first content, 0 without one. */
int result_apply(struct store *store, int64_t package_number, const struct claim *claim,
                 const struct facts *facts, int64_t *result_id, struct error *err);

/* Brings machine, tenant, observed_at, command_status and script_name of one result up to the facts of
 * its command. */
int result_refresh(struct store *store, int64_t result_id, const struct facts *facts,
                   struct error *err);

/* ---- store_latest.c ---- */

/* SQL: parse_status as a number, the best the highest. */
#define RESULT_STATUS_RANK                                                                         \
    "CASE parse_status WHEN 'ok' THEN 3 WHEN 'repaired' THEN 2 WHEN 'truncated' THEN 1 ELSE 0 END"

/* A row joins the results of the claim's command: *is_latest says whether it is the best now, and
 * then the one that was gives way. A row without an action is always its own latest. */
int result_join_command(struct store *store, const struct claim *claim, int64_t status_rank,
                        int64_t result_id, bool *is_latest, struct error *err);

/* Chooses is_latest anew among the results of one command. */
int result_choose_latest(struct store *store, struct text action_id, int64_t command_index,
                         struct error *err);

/* Chooses is_latest anew for every command that the package was acquired under. */
int result_choose_latest_of_package(struct store *store, int64_t package_number, struct error *err);

/* ---- store_settle.c ---- */

/* Makes the package's results for one command, and those without an action, again from its
 * acquisitions: what is known of the action has changed. */
int result_settle(struct store *store, int64_t package_number, struct text action_id,
                  int64_t command_index, struct error *err);

/* Brings every result of the action up to what is known of it, as result_refresh. */
int result_refresh_action(struct store *store, struct text action_id, struct error *err);

/* The results of one content are seen, or not. */
int result_set_public(struct store *store, int64_t content_id, bool is_public, struct error *err);

/* Deletes the results of one content; is_latest of their commands is then the caller's to choose. */
int result_delete_of_content(struct store *store, int64_t content_id, struct error *err);

/* ---- store_state.c ---- */

/* Keeps what a package says of an action, and merges it into actions and commands: of every value
 * the later state's stands (last_updated_at, then order of coming), an unknown one takes no known one
 * away, and of one time neither does its beginning alone: that is a copy cut short. An older state
 * fills what is not known. */
int state_put(struct store *store, const struct store_action *action, struct error *err);

/* Takes back that this package said one state of the action; what nobody says any more is gone, with
 * a machine that nothing else names: 1, or 0 when there is none. The action is as it was until
 * state_merge_again. */
int state_take_back(struct store *store, struct text action_id, int64_t package_number,
                    struct error *err);

/* Makes the action and its commands again from the states that are left; none: it is not known. */
int state_merge_again(struct store *store, struct text action_id, struct error *err);

/* ---- store_action.c ---- */

/* Forgets what was read of actions from this package. */
int action_forget_package(struct store *store, int64_t package_number, struct error *err);

/* ---- store_case.c ---- */

/* A package came in for a case: that is no step of its own, unless it brings back one that was removed. */
int case_put_coming(struct store *store, const struct store_case_step *step, struct error *err);

/* ---- store_machine.c ---- */

/* A machine was named, seen between two times (absent: unknown). Without id and name: nothing. */
int machine_seen(struct store *store, struct text machine_id, struct text machine_name,
                 struct text tenant_id, struct text first_at, struct text last_at,
                 struct error *err);

/* A machine was named once more so: an acquisition or a state of an action is there that was not. Without id
 * and name: nothing. */
int machine_named(struct store *store, struct text machine_id, struct text machine_name,
                  struct error *err);

/* A machine is not named any more by one who did: what no acquisition and no state of an action
 * names of it goes. The times it was seen at, and a name that took another's place, stay. */
int machine_unnamed(struct store *store, struct text machine_id, struct text machine_name,
                    struct error *err);

#endif
