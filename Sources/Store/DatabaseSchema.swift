internal import CSQLite
internal import Generation

/// The layout of falhost's database, as the list of steps that led to it.
enum DatabaseSchema {
    /// Marks the file as ours: "falh" (SQLite: `application_id`).
    static let applicationID = 0x6661_6C68

    /// Each step is applied once and never changed afterwards; `user_version` counts them.
    static let migrations = [
        """
        CREATE TABLE avatars (
            id TEXT PRIMARY KEY NOT NULL,
            name TEXT NOT NULL,
            training_type TEXT NOT NULL,
            status TEXT NOT NULL,
            diffusers_lora_file_url TEXT,
            trigger_phrase TEXT,
            finetune_id TEXT,
            trigger_word TEXT
        ) STRICT, WITHOUT ROWID
        """,
        // `began` is when the job was first being submitted. `history` has a line of JSON for each state: its name, its time
        // and the error, if any. In the job's row, because each change writes that anyway.
        """
        CREATE TABLE runs (
            id TEXT PRIMARY KEY NOT NULL,
            started INTEGER NOT NULL,
            script TEXT NOT NULL,
            server TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE jobs (
            id TEXT PRIMARY KEY NOT NULL,
            run TEXT NOT NULL REFERENCES runs (id),
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            state TEXT NOT NULL,
            endpoint TEXT NOT NULL,
            arguments TEXT NOT NULL,
            seed INTEGER,
            timeout INTEGER NOT NULL,
            priority TEXT,
            avatar TEXT,
            preset TEXT,
            prompt TEXT,
            request_id TEXT,
            status_url TEXT,
            response_url TEXT,
            cancel_url TEXT,
            error_code TEXT,
            error TEXT,
            output TEXT,
            billable_units REAL,
            began INTEGER,
            history TEXT NOT NULL
        ) STRICT;
        CREATE INDEX jobs_by_run ON jobs (run);
        CREATE INDEX jobs_by_state ON jobs (state)
        """,
        // Amounts are billionths of a US dollar.
        """
        ALTER TABLE runs ADD COLUMN simulated INTEGER NOT NULL DEFAULT 0;
        UPDATE runs SET simulated = 1 WHERE server GLOB 'http*://127.*' OR server GLOB 'http*://localhost*'
            OR server GLOB 'http*://[[]::1]*';
        ALTER TABLE jobs ADD COLUMN estimate INTEGER;
        ALTER TABLE jobs ADD COLUMN unit_price INTEGER;
        ALTER TABLE jobs ADD COLUMN price INTEGER;
        CREATE INDEX jobs_by_time ON jobs (created, run, price, estimate)
        """,
        // A run that `keeps` wants its pictures on this machine. A picture without `sha256` was gone before it was kept.
        // `request` and `any_seed` are hashes that tell equal requests.
        """
        ALTER TABLE runs ADD COLUMN keeps INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE pictures (
            job TEXT NOT NULL REFERENCES jobs (id),
            place INTEGER NOT NULL,
            sha256 TEXT,
            size INTEGER,
            width INTEGER,
            height INTEGER,
            content_type TEXT,
            url TEXT NOT NULL,
            path TEXT,
            kept INTEGER NOT NULL,
            request TEXT,
            any_seed TEXT,
            PRIMARY KEY (job, place)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX pictures_by_path ON pictures (path);
        CREATE INDEX pictures_by_request ON pictures (request);
        CREATE INDEX pictures_by_any_seed ON pictures (any_seed)
        """,
        // `place` is where in its run a script's call made the job, `asked` what the call asked for where the policy chose
        // something else; `arguments` of a run is a list of JSON.
        """
        ALTER TABLE runs ADD COLUMN file TEXT;
        ALTER TABLE runs ADD COLUMN arguments TEXT;
        ALTER TABLE runs ADD COLUMN resumes TEXT;
        ALTER TABLE jobs ADD COLUMN place INTEGER;
        ALTER TABLE jobs ADD COLUMN drawn_seed INTEGER;
        ALTER TABLE jobs ADD COLUMN asked TEXT
        """,
        // What a picture's receipt needs. `sources` has each set of presets and rules once, as JSON: thousands of jobs share
        // one.
        """
        CREATE TABLE sources (id INTEGER PRIMARY KEY, document TEXT NOT NULL UNIQUE) STRICT;
        ALTER TABLE runs ADD COLUMN script_hash TEXT;
        ALTER TABLE runs ADD COLUMN version TEXT;
        ALTER TABLE jobs ADD COLUMN overrides TEXT;
        ALTER TABLE jobs ADD COLUMN sources INTEGER REFERENCES sources (id)
        """,
        // `ended` is when the job came into a state that `falhost resume` has nothing to do with. An index by it holds the few
        // open jobs and is changed twice for each job, one by state three times.
        """
        ALTER TABLE jobs ADD COLUMN ended INTEGER;
        UPDATE jobs SET ended = updated WHERE state NOT IN ('intent', 'submitting', 'submitted', 'unknown');
        DROP INDEX jobs_by_state;
        CREATE INDEX jobs_open ON jobs (run) WHERE ended IS NULL
        """,
        // What a caller named its job. Jobs without a key are not in the index.
        """
        ALTER TABLE jobs ADD COLUMN call_key TEXT;
        CREATE UNIQUE INDEX jobs_by_key ON jobs (call_key) WHERE call_key IS NOT NULL
        """,
        // Whose an avatar is, how its training went, the pin of its LoRA file (`lora_size` in bytes).
        """
        ALTER TABLE avatars ADD COLUMN user_id TEXT;
        ALTER TABLE avatars ADD COLUMN config_file_url TEXT;
        ALTER TABLE avatars ADD COLUMN training_request_id TEXT;
        ALTER TABLE avatars ADD COLUMN training_error TEXT;
        ALTER TABLE avatars ADD COLUMN lora_sha256 TEXT;
        ALTER TABLE avatars ADD COLUMN lora_size INTEGER;
        ALTER TABLE avatars ADD COLUMN archived INTEGER NOT NULL DEFAULT 0
        """,
        // `training` is what the avatar needs of a job that trains it, as JSON.
        """
        ALTER TABLE jobs ADD COLUMN training TEXT;
        CREATE INDEX jobs_training ON jobs (created) WHERE training IS NOT NULL
        """,
        // The template of names that its caller asked for.
        """
        ALTER TABLE jobs ADD COLUMN picture_name TEXT
        """,
        // What the server called a pinned LoRA file: its ETag, else its Last-Modified.
        "ALTER TABLE avatars ADD COLUMN lora_validator TEXT",
    ]

    /// Brings the file up to date; refuses one that is not ours or newer, and leaves that untouched.
    static func prepare(_ connection: SQLiteConnection) throws(GenerationError) {
        let found = try connection.transaction(.reading) { () throws(GenerationError) in try version(connection) }
        if found < migrations.count {
            try connection.transaction(.writing) { () throws(GenerationError) -> Void in
                // Another process may have been faster.
                for migration in try migrations[version(connection)...] { try connection.execute(migration) }
                try connection.execute("PRAGMA application_id = \(applicationID)")
                try connection.execute("PRAGMA user_version = \(migrations.count)")
            }
        }
        try useWriteAheadLog(connection)
        try connection.execute("PRAGMA foreign_keys = ON")
    }

    /// How many migrations the file has seen; 0 for an empty one.
    private static func version(_ connection: SQLiteConnection) throws(GenerationError) -> Int {
        let isEmpty = try connection.number("SELECT count(*) FROM sqlite_master") == 0
        let owner = try connection.number("PRAGMA application_id")
        let version = try connection.number("PRAGMA user_version")
        if isEmpty, owner == 0, version == 0 { return 0 }
        guard owner == applicationID, version > 0 else { throw .storage(path: connection.path, .foreign) }
        guard version <= migrations.count else {
            throw .storage(path: connection.path, .newer(found: version, known: migrations.count))
        }
        return version
    }

    /// Lets readers and a writer of several processes work side by side; the file remembers it.
    ///
    /// The switch needs the file alone and does not wait for it by itself, so it is tried for as long as a lock would be.
    private static func useWriteAheadLog(_ connection: SQLiteConnection) throws(GenerationError) {
        for attempt in 1...100 {
            do throws(GenerationError) {
                if try connection.text("PRAGMA journal_mode") == "wal" { return }
                if try connection.text("PRAGMA journal_mode = WAL") == "wal" { return }
                throw .storage(path: connection.path, .other(reason: "this file system allows no write-ahead log"))
            } catch {
                guard case .storage(_, .busy) = error, attempt < 100 else { throw error }
                sqlite3_sleep(50)
            }
        }
    }
}
