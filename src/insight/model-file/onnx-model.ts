import { ModelFault } from './forecast-model.js'
import { CALENDAR_COLUMNS, MODEL_INPUTS, type ModelInputs } from './model-inputs.js'
import type { OnnxRuntime, OnnxSession, OnnxTensor } from './onnx-runtime.js'

const OUTPUT = 'quantiles'
/** Types whose values are given as numbers: those of 16 bits come as their bits. */
const NUMBERS = ['float32', 'float64']
/** One thread: a model stands back behind everything else, and its sums have one order. */
const SESSION = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', logSeverityLevel: 3 }

/** A model of the operator in the process that runs it. */
export class OnnxModel {
  readonly #runtime: OnnxRuntime
  readonly #session: OnnxSession

  /** Rejects with a `ModelFault` when the bytes are no model, or when it asks for something else than is given. */
  static async load(bytes: Uint8Array, runtime: OnnxRuntime): Promise<OnnxModel> {
    let session: OnnxSession
    try {
      session = await runtime.InferenceSession.create(bytes, SESSION)
    } catch (error) {
      throw new ModelFault('damaged', `ONNX Runtime cannot load it: ${textOf(error)}`)
    }
    const { inputNames, outputNames } = session
    const others = inputNames.filter((name) => !(MODEL_INPUTS as readonly string[]).includes(name))
    if (others.length > 0) {
      throw wrong(`it asks for ${others.join(', ')}; the gateway gives ${MODEL_INPUTS.join(', ')}`)
    }
    if (!inputNames.includes('context')) throw wrong('it does not ask for context, so it knows nothing of the series')
    if (!outputNames.includes(OUTPUT)) throw wrong(`it gives ${outputNames.join(', ')}, and no ${OUTPUT}`)
    return new OnnxModel(runtime, session)
  }

  private constructor(runtime: OnnxRuntime, session: OnnxSession) {
    this.#runtime = runtime
    this.#session = session
  }

  /** Medians of the intervals ahead. Rejects with a `ModelFault` when the model cannot be run or gives another shape. */
  async medians(inputs: ModelInputs): Promise<Float64Array> {
    const { Tensor } = this.#runtime
    const asked = MODEL_INPUTS.filter((name) => this.#session.inputNames.includes(name))
    const tensors = asked.map((name) => [name, new Tensor('float32', inputs[name].values, inputs[name].dims)] as const)
    let outputs: Readonly<Record<string, OnnxTensor>>
    try {
      outputs = await this.#session.run(Object.fromEntries(tensors))
    } catch (error) {
      throw wrong(`ONNX Runtime cannot run it: ${textOf(error)}`)
    }
    return mediansOf(outputs[OUTPUT], inputs.calendar.values.length / CALENDAR_COLUMNS - inputs.context.values.length)
  }
}

/** The middle ones of an odd number of quantiles, ascending, of each interval ahead, and of no more than can be asked for. */
function mediansOf(tensor: OnnxTensor | undefined, intervalsMax: number): Float64Array {
  const [batch, intervals = 0, quantiles = 0, ...more] = tensor?.dims ?? []
  if (tensor === undefined || batch !== 1 || more.length > 0 || intervals < 1 || quantiles % 2 !== 1) {
    const shape = tensor === undefined ? 'nothing' : `[${tensor.dims.join(', ')}]`
    throw wrong(`${OUTPUT} has the shape ${shape}; it has to be [1, intervals ahead, an odd number of quantiles]`)
  }
  if (!NUMBERS.includes(tensor.type))
    throw wrong(`${OUTPUT} is of type ${tensor.type}; it has to be ${NUMBERS.join(' or ')}`)
  const middle = (quantiles - 1) / 2
  return Float64Array.from({ length: Math.min(intervals, intervalsMax) }, (_, i) =>
    Number(tensor.data[i * quantiles + middle]),
  )
}

function wrong(message: string): ModelFault {
  return new ModelFault('wrong_interface', message)
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
