-- SPDX-FileCopyrightText: 2026 The Kintsugi Authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Instants ending in _at are Unix ms (wall clock, for people); those ending in _mono are ns of the boot's monotonic
-- clock (for leases). JSON is BLOB: bytes in, bytes out. "num" is the store's own short name of a row.

CREATE TABLE workers (
    num INTEGER PRIMARY KEY AUTOINCREMENT, -- also the worker's byte in the lock file, so never used twice
    name TEXT NOT NULL,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    pid_started TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    beat_at INTEGER NOT NULL,
    beat_mono INTEGER NOT NULL,
    drives_all INTEGER NOT NULL, -- 1: takes up what others leave, 0: drives its own alone
    ended INTEGER NOT NULL DEFAULT 0 -- 1 after a clean end
) STRICT;

-- Used whenever somebody is judged: those that have not ended, and nothing else.
CREATE INDEX workers_live ON workers (num) WHERE ended = 0;

CREATE TABLE tasks (
    num INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL,
    idem_key TEXT NOT NULL,
    name TEXT NOT NULL,
    definition_version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'running', 'suspended', 'completed', 'failed', 'cancelled')),
    auto_recover INTEGER NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    epoch INTEGER NOT NULL DEFAULT 0,
    worker INTEGER REFERENCES workers (num),
    last_seq INTEGER NOT NULL DEFAULT 0,
    stop_requested INTEGER NOT NULL DEFAULT 0,
    stop_reason TEXT,
    summary TEXT,
    forked_from TEXT,
    wake_at INTEGER,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    suspend_requested INTEGER NOT NULL DEFAULT 0, -- its driver is to suspend it at its next await
    suspend_reason TEXT,
    resumes_alone INTEGER NOT NULL DEFAULT 0, -- suspended by a shutdown, not by a person
    pending_reason TEXT, -- why the next attempt starts, when that is not the first submit
    quiet_recoveries INTEGER NOT NULL DEFAULT 0, -- automatic recoveries in a row without a new memo or event
    input BLOB NOT NULL,
    result BLOB,
    error BLOB,
    UNIQUE (user_id, idem_key)
) STRICT;

-- Used by the recovery scan and the claims: what is not terminal, and nothing else.
CREATE INDEX tasks_live ON tasks (state, num) WHERE state IN ('pending', 'running', 'suspended');
-- Used by the scan for delays that have passed.
CREATE INDEX tasks_wake ON tasks (wake_at) WHERE wake_at IS NOT NULL;
-- Used by the lists of one user in one state, and the counts.
CREATE INDEX tasks_by_state ON tasks (user_id, state);
-- Used by the lists of one user, newest first.
CREATE INDEX tasks_of_user ON tasks (user_id, num);

CREATE TABLE events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    task INTEGER NOT NULL REFERENCES tasks (num) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    at INTEGER NOT NULL,
    type TEXT NOT NULL,
    payload BLOB NOT NULL,
    UNIQUE (task, seq)
) STRICT;

CREATE TABLE steps (
    task INTEGER NOT NULL REFERENCES tasks (num) ON DELETE CASCADE,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    occurrence INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    cache_hits INTEGER NOT NULL DEFAULT 0,
    result BLOB,
    error BLOB,
    PRIMARY KEY (task, key)
) STRICT;

-- What a live worker said of attempts that it no longer drives (a simulated crash).
CREATE TABLE dropped_attempts (
    task INTEGER PRIMARY KEY REFERENCES tasks (num) ON DELETE CASCADE,
    epoch INTEGER NOT NULL,
    worker INTEGER NOT NULL REFERENCES workers (num),
    dropped_at INTEGER NOT NULL,
    dropped_mono INTEGER NOT NULL
) STRICT;
