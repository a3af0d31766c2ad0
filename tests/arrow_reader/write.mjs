// Writes Arrow files with Apache Arrow's library: node write.mjs FOLDER
//   foreign.arrow   types we read in other shapes than our own
//   list.arrow …    one column each that we refuse
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as arrow from "apache-arrow";

const folder = process.argv[2];
const rows = 1000;
const of = (f) => Array.from({ length: rows }, (_, i) => f(i));
const vector = (f, type) => arrow.vectorFromArray(of(f), type);
const roots = ["SPX", "SPXW", "VIX", "a longer root than any other"];
const day = 86_400_000;
const start = Date.UTC(2019, 3, 25, 20);

function write(name, columns, parts = 2) {
  const table = new arrow.Table(columns);
  const writer = new arrow.RecordBatchFileWriter();
  const size = Math.ceil(table.numRows / parts);  // of a record batch
  for (let at = 0; at < table.numRows; at += size)
    for (const batch of parts === 1 ? table.batches : table.slice(at, at + size).batches) writer.write(batch);
  writer.finish();
  writeFileSync(join(folder, name), writer.toUint8Array(true));
}

write("foreign.arrow", {
  root8: vector((i) => roots[i % 4], new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8())),
  root16: vector((i) => (i % 7 ? roots[i % 3] : null), new arrow.Dictionary(new arrow.Utf8(), new arrow.Uint16())),
  root32: vector((i) => roots[(i >> 3) % 4], new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32())),
  text: vector((i) => (i % 11 ? "row " + i + " äé€" : null), new arrow.Utf8()),
  flag: vector((i) => (i % 3 ? i % 2 === 0 : null), new arrow.Bool()),
  price: vector((i) => (i % 13 ? i / 100 : null), new arrow.Float64()),
  narrow: vector((i) => i / 8, new arrow.Float32()),
  small: vector((i) => (i % 100) - 50, new arrow.Int8()),
  volume: vector((i) => i * 3, new arrow.Uint16()),
  id: vector((i) => i * 4_000_000, new arrow.Uint32()),
  raw: vector((i) => (i % 17 ? BigInt(i) * 1_000_000_007n - 5n : null), new arrow.Int64()),
  day: vector((i) => new Date(start - (start % day) + i * day), new arrow.DateDay()),
  date64: vector((i) => new Date(start - (start % day) - i * day), new arrow.DateMillisecond()),
  second: vector((i) => start + i * 1000, new arrow.TimestampSecond("UTC")),
  millisecond: vector((i) => (i % 19 ? start + i : null), new arrow.TimestampMillisecond("America/New_York")),
  microsecond: vector((i) => start + i, new arrow.TimestampMicrosecond()),
  nanosecond: vector((i) => start + i, new arrow.TimestampNanosecond("UTC")),
});

// Apache Arrow 21 cannot slice this type: one record batch.
write("large.arrow", { large: vector((i) => (i % 5 ? "x".repeat(i % 40) : null), new arrow.LargeUtf8()) }, 1);

const refused = {
  list: arrow.vectorFromArray([[1, 2], [3]], new arrow.List(new arrow.Field("item", new arrow.Int32()))),
  struct: arrow.vectorFromArray([{ a: 1 }, { a: 2 }], new arrow.Struct([new arrow.Field("a", new arrow.Int32())])),
  decimal: arrow.makeVector(arrow.makeData({ type: new arrow.Decimal(2, 10, 128), length: 1, data: new Uint32Array(4) })),
  binary: arrow.vectorFromArray([new Uint8Array([1, 2])], new arrow.Binary()),
  float16: arrow.vectorFromArray([1, 2], new arrow.Float16()),
  time: arrow.vectorFromArray([1, 2], new arrow.TimeMillisecond()),
  numbers: arrow.vectorFromArray([1, 2, 1], new arrow.Dictionary(new arrow.Int32(), new arrow.Int8())),
};
for (const [name, column] of Object.entries(refused)) {
  const fine = arrow.vectorFromArray(Array.from({ length: column.length }, (_, i) => i), new arrow.Int32());
  write(name + ".arrow", { fine, ["the " + name]: column }, 1);
}
