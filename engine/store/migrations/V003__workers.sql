-- SPDX-FileCopyrightText: 2026 The Kintsugi Authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What a worker tells of itself to those who look.

ALTER TABLE workers ADD COLUMN version TEXT NOT NULL DEFAULT ''; -- of the program, '' when it was older than this column
ALTER TABLE workers ADD COLUMN slots INTEGER NOT NULL DEFAULT 0; -- attempts that it drives at a time, 0 likewise
