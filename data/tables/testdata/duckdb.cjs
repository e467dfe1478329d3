// Writes Parquet files of every codec with DuckDB: node duckdb.cjs FOLDER ROWS
// Row i has the values that goldenRow of golden_test.go computes.
const { DuckDBInstance } = require('@duckdb/node-api');
const path = require('path');

const [, , folder, rows] = process.argv;

const columns = `
  CAST(7*i - 500 AS INTEGER) AS i4, CAST(i AS BIGINT)*1000003 - 5 AS i8,
  CAST(i % 100 AS TINYINT) AS i1, CAST(i*5 AS USMALLINT) AS u2, CAST(i*3 AS UBIGINT) AS u8,
  sqrt(CAST(i AS DOUBLE)) AS f8, CAST(i AS FLOAT)/8 AS f4, i % 3 = 0 AS b,
  CASE WHEN i % 5 = 0 THEN NULL ELSE CAST(i AS DOUBLE)/2 END AS opt,
  CASE i % 4 WHEN 0 THEN 'cash' WHEN 1 THEN 'card' WHEN 2 THEN 'voucher' ELSE NULL END AS word,
  CAST(['low', 'high'][1 + i % 2] AS ENUM ('low', 'high')) AS level,
  DATE '2024-02-28' + CAST(i AS INTEGER) AS day,
  TIMESTAMP '2024-02-28 12:00:00' + to_minutes(CAST(i AS BIGINT)) AS ts,
  CAST(TIMESTAMP '2024-02-28 12:00:00' + to_minutes(CAST(i AS BIGINT)) AS TIMESTAMP_NS) AS tsns,
  CAST(TIMESTAMP '2024-02-28 12:00:00' + to_minutes(CAST(i AS BIGINT)) AS TIMESTAMP_MS) AS tsms,
  TIME '06:00:00' + to_seconds(CAST(i AS BIGINT)) AS tod,
  CAST(CAST(i AS DECIMAL(9,2))/4 - 3 AS DECIMAL(9,2)) AS dec9,
  CAST(CAST(i AS DECIMAL(18,3))/8 AS DECIMAL(18,3)) AS dec18,
  CAST(-CAST(i AS DECIMAL(30,4)) AS DECIMAL(38,4)) AS dec38,
  CAST(i AS HUGEINT) AS huge, [CAST(i AS DOUBLE), CAST(i AS DOUBLE)/2] AS list,
  {'x': CAST(i AS DOUBLE), 'y': i} AS pair`;

(async () => {
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  for (const version of ['V1', 'V2'])
    for (const codec of ['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw']) {
      const file = path.join(folder, `duckdb-${codec}-${version.toLowerCase()}.parquet`);
      await db.run(`COPY (SELECT ${columns} FROM range(${rows}) t(i)) TO '${file}'
        (FORMAT parquet, CODEC '${codec}', PARQUET_VERSION '${version}', ROW_GROUP_SIZE 2048)`);
    }
  const reader = await db.runAndReadAll('SELECT version()');
  console.log('DuckDB', reader.getRows()[0][0]);
})();
