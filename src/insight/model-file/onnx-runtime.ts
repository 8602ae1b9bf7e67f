import { createRequire } from 'node:module'
import { ModelFault } from './forecast-model.js'

/** The package that runs model files. It is no dependency: whoever brings a model installs it. */
const PACKAGE = 'onnxruntime-node'

/** A value that goes into a model or comes out of it; the last dimension runs fastest. */
export interface OnnxTensor {
  readonly type: string
  readonly dims: readonly number[]
  readonly data: ArrayLike<unknown>
}

/** The part of a session of ONNX Runtime that is used here. */
export interface OnnxSession {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  run(inputs: Readonly<Record<string, OnnxTensor>>): Promise<Readonly<Record<string, OnnxTensor>>>
}

/** The part of the package that is used here. */
export interface OnnxRuntime {
  readonly InferenceSession: { create(bytes: Uint8Array, options: object): Promise<OnnxSession> }
  readonly Tensor: new (type: 'float32', values: Float32Array, dims: readonly number[]) => OnnxTensor
}

/** Loads the package from beside the gateway, or from a folder of `NODE_PATH`. Throws a `ModelFault` where it is not there. */
export function onnxRuntime(): OnnxRuntime {
  try {
    return createRequire(import.meta.url)(PACKAGE) as OnnxRuntime
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const isMissing = code === 'MODULE_NOT_FOUND' && message.includes(PACKAGE)
    throw new ModelFault(
      'not_installed',
      isMissing
        ? `the package ${PACKAGE} is not installed; install it beside the gateway: npm install ${PACKAGE} (with -g where greengauge was installed with -g)`
        : `the package ${PACKAGE} cannot be loaded: ${message}`,
    )
  }
}
