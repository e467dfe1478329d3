// Writes Parquet files of several encodings with the Arrow implementation in Rust (parquet-wasm):
// node arrow.cjs FOLDER ROWS. Row i has the values that goldenRow of golden_test.go computes.
const arrow = require('apache-arrow');
const wasm = require('parquet-wasm');
const fs = require('fs');
const path = require('path');

const [, , folder, rows] = process.argv;
const n = Number(rows);
const column = (type, value) =>
  arrow.vectorFromArray(Array.from({ length: n }, (_, i) => value(i)), type);
const words = ['cash', 'card', 'voucher', null];
const minutes = (i) => Date.UTC(2024, 1, 28, 12) + 60000 * i;
const table = new arrow.Table({
  i4: column(new arrow.Int32(), (i) => 7 * i - 500),
  i8: column(new arrow.Int64(), (i) => BigInt(i) * 1000003n - 5n),
  i1: column(new arrow.Int8(), (i) => i % 100),
  u2: column(new arrow.Uint16(), (i) => 5 * i),
  u8: column(new arrow.Uint64(), (i) => BigInt(3 * i)),
  f8: column(new arrow.Float64(), (i) => Math.sqrt(i)),
  f4: column(new arrow.Float32(), (i) => i / 8),
  b: column(new arrow.Bool(), (i) => i % 3 === 0),
  opt: column(new arrow.Float64(), (i) => (i % 5 === 0 ? null : i / 2)),
  word: column(new arrow.Utf8(), (i) => words[i % 4]),
  level: column(new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()),
    (i) => ['low', 'high'][i % 2]),
  day: column(new arrow.DateDay(), (i) => Date.UTC(2024, 1, 28 + i)),
  ts: column(new arrow.TimestampMillisecond('UTC'), minutes),
});
const { Compression: C, Encoding: E, WriterVersion: V } = wasm;
const encodings = {
  plain: {},
  delta: {
    i4: E.DELTA_BINARY_PACKED, i8: E.DELTA_BINARY_PACKED, i1: E.DELTA_BINARY_PACKED,
    u2: E.DELTA_BINARY_PACKED, u8: E.DELTA_BINARY_PACKED, ts: E.DELTA_BINARY_PACKED,
    f8: E.BYTE_STREAM_SPLIT, f4: E.BYTE_STREAM_SPLIT, opt: E.BYTE_STREAM_SPLIT,
    word: E.DELTA_BYTE_ARRAY, level: E.DELTA_LENGTH_BYTE_ARRAY, b: E.RLE,
  },
  dictionary: null,
};
const ipc = arrow.tableToIPC(table, 'stream');
for (const [version, codec] of [['V1', 'SNAPPY'], ['V2', 'LZ4_RAW']])
  for (const [name, encoding] of Object.entries(encodings)) {
    let b = new wasm.WriterPropertiesBuilder().setWriterVersion(V[version]).setCompression(C[codec])
      .setMaxRowGroupSize(25).setDataPageSizeLimit(100).setWriteBatchSize(10)
      .setStatisticsEnabled(wasm.EnabledStatistics.None)
      .setDictionaryEnabled(encoding === null);
    for (const [column, value] of Object.entries(encoding || {}))
      if (value !== undefined) b = b.setColumnEncoding(column, value);
    const file = `arrow-${name}-${codec.toLowerCase()}-${version.toLowerCase()}.parquet`;
    fs.writeFileSync(path.join(folder, file),
      wasm.writeParquet(wasm.Table.fromIPCStream(ipc), b.build()));
  }

