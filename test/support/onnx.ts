import protobuf from 'protobufjs/minimal.js'

/**
 * Small ONNX models that are written by hand, so that no tool of another language is needed to make one. Field numbers are those
 * of onnx.proto3 of ONNX, IR version 8.
 */

type Writer = protobuf.Writer
type Part = (writer: Writer) => void

const [VARINT, BYTES] = [0, 2]
/** Types of elements. */
const [FLOAT, INT64] = [1, 7]

function part(field: number, write: Part): Part {
  return (writer) => {
    writer.uint32((field << 3) | BYTES).fork()
    write(writer)
    writer.ldelim()
  }
}

const text =
  (field: number, value: string): Part =>
  (writer) =>
    writer.uint32((field << 3) | BYTES).string(value)
const number =
  (field: number, value: number): Part =>
  (writer) =>
    writer.uint32((field << 3) | VARINT).int64(value)
const all =
  (...parts: readonly Part[]): Part =>
  (writer) => {
    for (const write of parts) write(writer)
  }

/** A constant of whole numbers. */
function constant(name: string, values: readonly number[]): Part {
  return part(
    5,
    all(number(1, values.length), number(2, INT64), ...values.map((value) => number(7, value)), text(8, name)),
  )
}

/** An input (11) or output (12) of floats. */
function tensor(field: 11 | 12, name: string, dims: readonly number[]): Part {
  const shape = part(2, all(...dims.map((size) => part(1, number(1, size)))))
  return part(field, all(text(1, name), part(2, part(1, all(number(1, FLOAT), shape)))))
}

function node(operation: string, inputs: readonly string[], output: string): Part {
  return part(1, all(...inputs.map((input) => text(1, input)), text(2, output), text(4, operation)))
}

/** Bytes of a model of this graph. */
function modelOf(...graph: readonly Part[]): Uint8Array {
  const writer = protobuf.Writer.create()
  const operators = part(8, all(text(1, ''), number(2, 13)))
  all(number(1, 8), part(7, all(text(2, 'forecast'), ...graph)), operators)(writer)
  return writer.finish()
}

export interface SliceModel {
  /** Names of the input and the output. */
  readonly input?: string
  readonly output?: string
  /** Length of the input, in intervals. */
  readonly context: number
  /** Part of the input that is given as medians. */
  readonly from: number
  readonly to: number
}

/** A model whose forecast is a part of what was: with the last week but one interval it repeats that week. */
export function sliceModel({ input = 'context', output = 'quantiles', context, from, to }: SliceModel): Uint8Array {
  return modelOf(
    node('Slice', [input, 'from', 'to', 'axis'], 'part'),
    node('Unsqueeze', ['part', 'last'], output),
    constant('from', [from]),
    constant('to', [to]),
    constant('axis', [1]),
    constant('last', [2]),
    tensor(11, input, [1, context]),
    tensor(12, output, [1, to - from, 1]),
  )
}
