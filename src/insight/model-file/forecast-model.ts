import type { ModelFaultKind } from '../../base/forecast.js'
import type { ModelInputs } from './model-inputs.js'

/** Characters of a reason at most: a runtime may say more than a page or a log can bear. */
const MESSAGE_MAX = 500

/** A model file of the operator that gives no forecast, with the reason; the message says more, in one line. */
export class ModelFault extends Error {
  readonly kind: ModelFaultKind

  constructor(kind: ModelFaultKind, message: string) {
    const line = message.replace(/\s+/g, ' ').trim()
    super(line.length > MESSAGE_MAX ? `${line.slice(0, MESSAGE_MAX)}…` : line)
    this.kind = kind
  }
}

/** The error as a fault; what is none is a fault of the interface. */
export function modelFaultOf(error: unknown): ModelFault {
  if (error instanceof ModelFault) return error
  return new ModelFault('wrong_interface', error instanceof Error ? error.message : String(error))
}

/** A model file that can be asked. */
export interface ForecastModel {
  /** SHA-256 of the file, hexadecimal. */
  readonly sha256: string
  /** Medians of the intervals from the first one ahead on, in the unit of the series. Rejects with a `ModelFault`. */
  medians(inputs: ModelInputs): Promise<Float64Array>
}

/** Medians of so many intervals at most. Rejects with a `ModelFault`, also when one of them is no number. */
export async function askedMedians(
  model: ForecastModel,
  inputs: ModelInputs,
  intervals: number,
): Promise<readonly number[]> {
  try {
    const medians = [...(await model.medians(inputs)).subarray(0, intervals)]
    if (medians.every(Number.isFinite)) return medians
    throw new ModelFault('no_number', 'it gave a value that is no number')
  } catch (error) {
    throw modelFaultOf(error)
  }
}
