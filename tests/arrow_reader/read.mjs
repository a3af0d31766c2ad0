// Describes Arrow files as Apache Arrow's library sees them, one line of JSON each:
//   node read.mjs FILE...
// A column's checksum is FNV-1a (32 bits) over its rows, each as text and a line feed: integers, dates
// and timestamps as decimal numbers, floats as the 16 hexadecimal digits of their double, booleans as
// 0 or 1, text as it is; a null as "null". Dates of any unit count as days, timestamps as nanoseconds,
// so that types which differ only in that have one name here.
import { readFileSync } from "node:fs";
import { CompressionType, DataType, compressionRegistry, tableFromIPC } from "apache-arrow";
import { decompress } from "fzstd";

// A copy: the library wants the result to start on an 8-byte boundary.
compressionRegistry.set(CompressionType.ZSTD, { decode: (bytes) => decompress(bytes).slice() });

const encoder = new TextEncoder();

class Checksum {
  value = 0x811c9dc5;
  add(text) {
    for (const byte of encoder.encode(text + "\n")) this.value = Math.imul(this.value ^ byte, 0x01000193) >>> 0;
  }
  toString() {
    return this.value.toString(16).padStart(8, "0");
  }
}

function typeName(type) {
  if (DataType.isDictionary(type)) return "dictionary";
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return "utf8";
  if (DataType.isBool(type)) return "boolean";
  if (DataType.isFloat(type)) return type.precision === 1 ? "float32" : "float64";
  if (DataType.isInt(type)) return (type.isSigned ? "int" : "uint") + type.bitWidth;
  if (DataType.isDate(type)) return "date32";
  if (DataType.isTimestamp(type)) return "timestamp_ns";
  return String(type);
}

const view = new DataView(new ArrayBuffer(8));
function bitsOf(number) {
  view.setFloat64(0, number);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}

// The text of row `i` of a chunk; `get` is the library's own access, `data` the buffers beneath.
function textOf(type, vector, data, i) {
  if (DataType.isFloat(type)) return bitsOf(vector.get(i));
  if (DataType.isBool(type)) return vector.get(i) ? "1" : "0";
  if (!DataType.isInt(type) && !DataType.isDate(type) && !DataType.isTimestamp(type)) return vector.get(i);
  // Dates and timestamps come back as milliseconds: the stored number is exact.
  let values = data.values;
  const wide = DataType.isInt(type) ? type.bitWidth === 64 : DataType.isTimestamp(type) || type.unit !== 0;
  if (wide && values instanceof Int32Array) values = new BigInt64Array(values.buffer, values.byteOffset, values.length / 2);
  if (DataType.isTimestamp(type)) return String(values[i] * 1000n ** BigInt(3 - type.unit));
  if (DataType.isDate(type) && wide) return String(values[i] / 86_400_000n);
  return String(values[i]);
}

function describe(file) {
  const table = tableFromIPC(readFileSync(file));
  const columns = table.schema.fields.map((field, number) => {
    const checksum = new Checksum();
    let nulls = 0;
    const column = table.getChildAt(number);
    for (const data of column?.data ?? []) {
      const vector = column.constructor ? new column.constructor([data]) : column;
      for (let i = 0; i < data.length; ++i) {
        const valid = vector.isValid(i);
        nulls += valid ? 0 : 1;
        checksum.add(valid ? textOf(field.type, vector, data, i) : "null");
      }
    }
    const out = { name: field.name, type: typeName(field.type), nullable: field.nullable, nulls, checksum: `${checksum}` };
    if (DataType.isTimestamp(field.type)) out.zone = field.type.timezone ?? "";
    out.metadata = Object.fromEntries([...field.metadata].sort());
    return out;
  });
  return { rows: table.numRows, batches: table.batches.length, metadata: Object.fromEntries([...table.schema.metadata].sort()), columns };
}

for (const file of process.argv.slice(2)) console.log(JSON.stringify(describe(file)));
