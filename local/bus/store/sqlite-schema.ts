import { DatabaseSync } from 'node:sqlite';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS queue (
  number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, next_sequence_number INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS message (
  key INTEGER PRIMARY KEY, session_id TEXT, state INTEGER NOT NULL, delivery_count INTEGER NOT NULL,
  enqueued_at INTEGER NOT NULL, due_at INTEGER, expires_at INTEGER, content BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS session_state (
  queue INTEGER NOT NULL, session_id TEXT NOT NULL, state BLOB NOT NULL,
  PRIMARY KEY (queue, session_id)
) WITHOUT ROWID;
`;

const STATEMENTS = {
  insert: `INSERT INTO message (key, session_id, state, delivery_count, enqueued_at, due_at,
    expires_at, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  update: 'UPDATE message SET state = ?, delivery_count = ? WHERE key = ?',
  rewrite: 'UPDATE message SET content = ? WHERE key = ?',
  remove: 'DELETE FROM message WHERE key = ?',
  content: 'SELECT content FROM message WHERE key = ?',
  addQueue: 'INSERT OR IGNORE INTO queue (name, next_sequence_number) VALUES (?, 1)',
  queue: 'SELECT number FROM queue WHERE name = ?',
  reserve: 'UPDATE queue SET next_sequence_number = ? WHERE number = ?',
  sessionState: 'SELECT state FROM session_state WHERE queue = ? AND session_id = ?',
  setSessionState: 'INSERT OR REPLACE INTO session_state VALUES (?, ?, ?)',
  dropSessionState: 'DELETE FROM session_state WHERE queue = ? AND session_id = ?',
} as const;

export type Statements = ReturnType<typeof prepareStatements>;

/**
 * Opens the database. WAL with synchronous NORMAL: a commit is in the operating system's hands, so
 * it survives the process. The exclusive lock keeps a second broker off the same folder; it ends
 * with the process, however that ends.
 */
export function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = NORMAL');
  database.exec(SCHEMA);
  return database;
}

export function prepareStatements(database: DatabaseSync) {
  return {
    insert: database.prepare(STATEMENTS.insert),
    update: database.prepare(STATEMENTS.update),
    rewrite: database.prepare(STATEMENTS.rewrite),
    remove: database.prepare(STATEMENTS.remove),
    content: database.prepare(STATEMENTS.content),
    addQueue: database.prepare(STATEMENTS.addQueue),
    queue: database.prepare(STATEMENTS.queue),
    reserve: database.prepare(STATEMENTS.reserve),
    sessionState: database.prepare(STATEMENTS.sessionState),
    setSessionState: database.prepare(STATEMENTS.setSessionState),
    dropSessionState: database.prepare(STATEMENTS.dropSessionState),
  };
}
