-- SPDX-FileCopyrightText: 2026 The Kintsugi Authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Tasks that sleep or wait for a signal without a frame, branches, the ledger of step runs, signals.

ALTER TABLE tasks ADD COLUMN parked INTEGER NOT NULL DEFAULT 0; -- 1: sleeps or waits for a signal, and wakes by itself
ALTER TABLE tasks ADD COLUMN failures INTEGER NOT NULL DEFAULT 0; -- failed attempts in a row, for the definition's retry policy

-- Used by the scan for what may go on and by the claims. wake_at comes second, so that sleepers and delayed starts
-- cost nothing while they rest; worker comes third, so that those of one dead worker stand together.
DROP INDEX tasks_live;
CREATE INDEX tasks_live ON tasks (state, wake_at, worker) WHERE state IN ('pending', 'running', 'suspended');
-- Used by the same scan: what a shutdown has suspended.
CREATE INDEX tasks_resting ON tasks (num) WHERE resumes_alone = 1;

ALTER TABLE steps ADD COLUMN branch TEXT NOT NULL DEFAULT ''; -- path of the branch that asked, '' for the handler itself

-- What is known of the runs of a step's body before there is a memo of it.
CREATE TABLE step_runs (
    task INTEGER NOT NULL REFERENCES tasks (num) ON DELETE CASCADE,
    key TEXT NOT NULL,
    starts INTEGER NOT NULL DEFAULT 0, -- of steps that record their starts
    failures INTEGER NOT NULL DEFAULT 0, -- that are to be tried again
    next_at INTEGER, -- before that the body is not tried again
    PRIMARY KEY (task, key)
) STRICT;

-- A durable inbox: what came is kept until a handler asks for it.
CREATE TABLE signals (
    num INTEGER PRIMARY KEY,
    task INTEGER NOT NULL REFERENCES tasks (num) ON DELETE CASCADE,
    name TEXT NOT NULL,
    payload BLOB NOT NULL,
    at INTEGER NOT NULL,
    taken_by TEXT -- the key of the step that took it
) STRICT;

-- Used by whoever takes the oldest of a name, and by the deletion of a task.
CREATE INDEX signals_of_task ON signals (task, name, num);

-- Used by the scan for what may go on: those that were dropped long enough ago.
CREATE INDEX dropped_by_age ON dropped_attempts (dropped_mono);
