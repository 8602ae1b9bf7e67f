import { resolve } from 'node:path'
import { systemClock } from '../../base/clock.js'
import { MINUTE_MS } from '../../base/durations.js'
import type { BacktestQuestion } from '../../insight/backtest/backtest.js'
import { askedMedians, type ForecastModel, ModelFault, modelFaultOf } from '../../insight/model-file/forecast-model.js'
import { ModelRunner } from '../../insight/model-file/model-runner.js'
import type { Refuse } from './settings.js'

/** A model file that a backtest asks. */
export interface AskedModel {
  readonly sha256: string
  medians(question: BacktestQuestion): Promise<readonly number[]>
  close(): void
}

/** Loads the file that was named. The command ends when it cannot be used, then or later. */
export async function askedModel(file: string, stepMs: number, refuse: Refuse): Promise<AskedModel> {
  const runner = new ModelRunner({ file: resolve(file), timeoutMs: MINUTE_MS })
  const end = (fault: ModelFault): never => {
    runner.close()
    return refuse(`--model-file ${file}: ${fault.message}`)
  }
  const opened = await runner.open(stepMs, systemClock.nowMs())
  const model: ForecastModel = opened instanceof ModelFault ? end(opened) : opened
  return {
    sha256: model.sha256,
    medians: async ({ inputs, intervals }) => {
      try {
        return await askedMedians(model, inputs, intervals)
      } catch (error) {
        return end(modelFaultOf(error))
      }
    },
    close: () => runner.close(),
  }
}
