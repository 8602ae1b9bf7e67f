import type { ModelFaultKind } from '../../base/forecast.js'
import type { ModelInputs } from './model-inputs.js'

/** Orders to the process of a model file: to load it and try it once, and to forecast. */
export type ToModelProcess =
  | { readonly type: 'load'; readonly file: string; readonly trial: ModelInputs }
  | { readonly type: 'ask'; readonly inputs: ModelInputs }

/** Its answers, one for each order. */
export type FromModelProcess =
  | { readonly type: 'loaded'; readonly sha256: string }
  | { readonly type: 'medians'; readonly medians: Float64Array }
  | { readonly type: 'failed'; readonly kind: ModelFaultKind; readonly message: string }
