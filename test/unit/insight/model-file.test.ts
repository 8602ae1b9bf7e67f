// @module-tag slow

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, QUARTER_HOUR_MS } from '../../../src/base/durations.js'
import { backtest } from '../../../src/insight/backtest/backtest.js'
import { DaySlots } from '../../../src/insight/features/similar-days.js'
import { askedMedians, type ForecastModel, ModelFault } from '../../../src/insight/model-file/forecast-model.js'
import { emptyInputs, type ModelInputs, ModelInputsOf } from '../../../src/insight/model-file/model-inputs.js'
import { OnnxModel } from '../../../src/insight/model-file/onnx-model.js'
import type { OnnxRuntime, OnnxTensor } from '../../../src/insight/model-file/onnx-runtime.js'
import { KnownSeries } from '../../../src/insight/series/known-series.js'
import { LocalDays } from '../../../src/insight/series/local-days.js'
import { observationColumns } from '../../../src/insight/series/observation-columns.js'
import type { ForecastTask } from '../../../src/insight/stage/forecast-task.js'
import { type IssuedForecast, IssuedForecasts } from '../../../src/insight/stage/issued-forecast.js'
import { forecastsOfLog, workOnSeries } from '../../../src/insight/stage/series-work.js'
import { FIRST_MS, hourly, plainDays } from '../../support/forecasts.js'

/** Proves that a model file of the operator is given what is known and no more, is weighed by its errors, and holds nothing up. */

describe('the inputs of a model file', () => {
  const days = new LocalDays({
    timezone: 'Europe/Berlin',
    shifts: [{ name: 'early', start: '06:00', end: '14:00', days: ['mon', 'tue', 'wed', 'thu', 'fri'], breaks: [] }],
    calendar: [],
  })
  /** Midnight of a Sunday on which clocks go back. */
  const startMs = Date.parse('2026-10-25T00:00:00+02:00')

  test('are the quarters of 28 days, which of them are known, and the calendar of these and of 25 hours ahead', () => {
    const series = new KnownSeries(QUARTER_HOUR_MS, 10_000)
    const take = (quartersBack: number, value: number) =>
      series.take({ startMs: startMs - quartersBack * QUARTER_HOUR_MS, value, arrivedAtMs: startMs })
    take(1, 7)
    take(2688, 5)
    take(2689, 9)
    // The interval that begins now is not known, whatever has come of it.
    take(0, 100)
    const { context, known, calendar } = new ModelInputsOf(new DaySlots(series, days)).at(startMs)
    expect([context.dims, known.dims, calendar.dims]).toEqual([
      [1, 2688],
      [1, 2688],
      [1, 2788, 4],
    ])
    expect([context.values[0], context.values[1], context.values[2687]]).toEqual([5, 0, 7])
    expect(known.values.reduce((sum, value) => sum + value, 0)).toBe(2)
    const rowOf = (interval: number) => [...calendar.values.subarray(4 * interval, 4 * interval + 4)]
    // Saturday 23:45, Sunday 00:00, and the last quarter of that day, which has 100 of them and is the 96th of its clock.
    expect([2687, 2688, 2787].map(rowOf)).toEqual([
      [95, 5, 1, 0],
      [0, 6, 2, 0],
      [95, 6, 2, 0],
    ])
    // Friday 06:00 is planned work.
    expect(rowOf(2688 - 96 - 72)).toEqual([24, 4, 0, 1])
  })
})

interface SessionNames {
  readonly inputs?: readonly string[]
  readonly outputs?: readonly string[]
}

const WRONG: readonly { readonly what: string; readonly names: SessionNames; readonly message: RegExp }[] = [
  {
    what: 'asks for something else',
    names: { inputs: ['context', 'weather'] },
    message: /asks for weather; the gateway gives context, known/,
  },
  { what: 'knows nothing of the series', names: { inputs: ['calendar'] }, message: /does not ask for context/ },
  { what: 'has another output', names: { outputs: ['y'] }, message: /gives y, and no quantiles/ },
]

describe('a model in ONNX Runtime', () => {
  /** A runtime whose session has these names and gives these outputs. */
  const runtimeOf = (
    names: SessionNames,
    run: (inputs: Readonly<Record<string, OnnxTensor>>) => OnnxTensor,
  ): OnnxRuntime => ({
    InferenceSession: {
      create: async (bytes) => {
        if (bytes.length === 0) throw new Error('No graph was found in the protobuf.')
        const { inputs: inputNames = ['context'], outputs: outputNames = ['quantiles'] } = names
        return { inputNames, outputNames, run: async (inputs) => ({ quantiles: run(inputs) }) }
      },
    },
    Tensor: class {
      readonly data: Float32Array
      readonly dims: readonly number[]
      readonly type = 'float32'
      constructor(_: 'float32', values: Float32Array, dims: readonly number[]) {
        this.data = values
        this.dims = dims
      }
    },
  })
  const inputs = emptyInputs(HOUR_MS)
  const quantiles = (dims: readonly number[], data: readonly number[]): OnnxTensor => ({
    ...{ type: 'float32', dims, data },
  })

  test('gives the middle of its quantiles, of the inputs that it asks for', async () => {
    const asked: string[] = []
    const runtime = runtimeOf({ inputs: ['calendar', 'context'] }, (given) => {
      asked.push(...Object.keys(given).sort())
      return quantiles([1, 2, 3], [1, 2, 3, 4, 5, 6])
    })
    const model = await OnnxModel.load(Uint8Array.of(1), runtime)
    expect([...(await model.medians(inputs))]).toEqual([2, 5])
    expect(asked).toEqual(['calendar', 'context'])
  })

  test.each(WRONG)('is refused when it $what', async ({ names, message }) => {
    const runtime = runtimeOf(names, () => quantiles([1, 1, 1], [1]))
    const fault = await OnnxModel.load(Uint8Array.of(1), runtime).catch((error: unknown) => error)
    expect(fault).toMatchObject({ kind: 'wrong_interface', message: expect.stringMatching(message) })
  })

  test.each([[[2, 1, 1]], [[1, 2]], [[1, 0, 1]], [[1, 1, 2]]])(
    'is refused when its quantiles have the shape %j',
    async (dims) => {
      const model = await OnnxModel.load(
        Uint8Array.of(1),
        runtimeOf({}, () => quantiles(dims, [1, 2])),
      )
      await expect(model.medians(inputs)).rejects.toMatchObject({ kind: 'wrong_interface' })
    },
  )

  test('is refused when its quantiles are halves, which come as their bits', async () => {
    const runtime = runtimeOf({}, () => ({ ...quantiles([1, 1, 1], [15_360]), type: 'float16' }))
    const model = await OnnxModel.load(Uint8Array.of(1), runtime)
    await expect(model.medians(inputs)).rejects.toMatchObject({
      ...{ kind: 'wrong_interface', message: expect.stringContaining('float16') },
    })
  })

  test('gives no more intervals than can be asked for, and no more words than a page can bear', async () => {
    const many = quantiles([1, 1_000_000, 1], new Array<number>(1_000_000).fill(1))
    const model = await OnnxModel.load(
      Uint8Array.of(1),
      runtimeOf({}, () => many),
    )
    expect(await model.medians(inputs)).toHaveLength(25)
    const talkative = runtimeOf({}, () => {
      throw new Error('so it is\n'.repeat(10_000))
    })
    const fault = (await OnnxModel.load(Uint8Array.of(1), talkative)).medians(inputs)
    await expect(fault).rejects.toMatchObject({ message: expect.stringMatching(/^.{400,501}$/) })
  })

  test('is refused when it cannot be loaded or run, in the words of the runtime', async () => {
    const runtime = runtimeOf({}, () => {
      throw new Error('Got invalid dimensions for input: context')
    })
    await expect(OnnxModel.load(new Uint8Array(), runtime)).rejects.toMatchObject({
      kind: 'damaged',
      message: expect.stringContaining('No graph was found'),
    })
    const model = await OnnxModel.load(Uint8Array.of(1), runtime)
    await expect(model.medians(inputs)).rejects.toMatchObject({
      message: expect.stringContaining('invalid dimensions'),
    })
  })
})

describe('a series with a model file', () => {
  const HISTORY_DAYS = 45
  /** A level that nobody but the model can know: it is drawn anew for each hour. */
  const all = hourly(48, (_, random) => 50 + 40 * random())
  const valueAt = new Map(all.map(({ startMs, value }) => [startMs, value]))
  const beginMs = FIRST_MS + HISTORY_DAYS * DAY_MS
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'model-file-'))
  })
  afterEach(() => rmSync(dir, { recursive: true }))

  /** Knows what comes, but for one hundredth; `asked` has when it was asked. */
  class Oracle implements ForecastModel {
    readonly asked: number[] = []
    readonly sha256: string

    constructor(sha256 = 'a1') {
      this.sha256 = sha256
    }

    async medians({ context, calendar }: ModelInputs): Promise<Float64Array> {
      // The instant is found again by what is given: the last values before it.
      const tail = context.values.subarray(-3)
      const at = all.findIndex(({ value }, i) => Math.fround(value) === tail[0] && isNext(i, tail))
      const startMs = all[at]!.startMs + 3 * HOUR_MS
      this.asked.push(startMs)
      expect(calendar.values[4 * context.values.length]).toBe((startMs / HOUR_MS) % 24)
      return Float64Array.from({ length: 25 }, (_, i) => 1.01 * (valueAt.get(startMs + i * HOUR_MS) ?? 50))
    }
  }
  const isNext = (i: number, tail: Float32Array) =>
    Math.fround(all[i + 1]?.value ?? 0) === tail[1] && Math.fround(all[i + 2]?.value ?? 0) === tail[2]

  function work(boundaryMs: number, fromMs: number, model: ForecastModel | ModelFault | null) {
    const task: ForecastTask = {
      ...{
        dir,
        series: { plant: 'p', scope: 'plant', id: 'p', kpi: 'energy_elec_import' },
        seed: 1,
        coordinates: null,
        modelFile: null,
      },
      ...{ plan: { timezone: 'UTC', shifts: [], calendar: [] }, stepMs: HOUR_MS, issueAfterMs: 60_000, boundaryMs },
      observations: observationColumns(
        all.filter(({ arrivedAtMs }) => arrivedAtMs > fromMs && arrivedAtMs <= boundaryMs),
      ),
      nowMs: boundaryMs + 61_000,
    }
    return workOnSeries(task, model)
  }
  const begin = (model: ForecastModel | ModelFault | null) => work(beginMs, 0, model)
  const goOn = (hour: number, model: ForecastModel | ModelFault | null) =>
    work(beginMs + hour * HOUR_MS, beginMs + (hour - 1) * HOUR_MS, model)
  const everything = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 1000 }
  const issued = () =>
    (['next_interval', 'day_ahead'] as const).flatMap((horizon) => new IssuedForecasts(dir).range(horizon, everything))
  const madeOf = ({ issuedAtMs, ...rest }: IssuedForecast) => rest

  test('is forecast by it where it is better than all others, and its record names the file', async () => {
    const oracle = new Oracle()
    const { newest, modelFile } = await begin(oracle)
    expect(modelFile).toEqual({ sha256: 'a1', fault: null })
    // It has no say in the next hours.
    const asked = newest.filter(({ horizon }) => horizon !== 'next_hours')
    expect(newest.filter((one) => !asked.includes(one)).map(({ modelFile: sha256 }) => sha256)).toEqual([undefined])
    for (const { model, hidden, modelFile: sha256 } of asked) {
      expect([model, hidden, sha256]).toEqual(['model_file 1.00', null, 'a1'])
    }
    expect(newest[0]!.values[0]![0]!).toBeCloseTo(1.01 * valueAt.get(beginMs)!, 6)
    // It has forecast the 28 days before, which decide whether a forecast is shown.
    expect([oracle.asked.length, oracle.asked[0]]).toEqual([28 * 24 + 1, beginMs - 28 * DAY_MS])
  })

  test('is asked once, and its forecasts are made again from what it gave, without it', async () => {
    const oracle = new Oracle()
    await begin(oracle)
    await goOn(1, oracle)
    rmSync(join(dir, 'learnt.cache'))
    await goOn(2, oracle)
    expect(new Set(oracle.asked).size).toBe(oracle.asked.length)
    expect(oracle.asked).toHaveLength(28 * 24 + 3)
    const again = new Map(
      forecastsOfLog(dir, beginMs + 2 * HOUR_MS).map((one) => [`${one.horizon} ${one.startMs}`, madeOf(one)]),
    )
    expect(issued()).toHaveLength(3 + 1)
    for (const one of issued()) expect(again.get(`${one.horizon} ${one.startMs}`)).toEqual(madeOf(one))
  })

  test('restates nothing when the file is another or is taken away: a new chain begins', async () => {
    await begin(new Oracle())
    const before = issued()
    const { newest } = await goOn(1, new Oracle('b2'))
    expect(newest[0]).toMatchObject({ chain: 2, modelFile: 'b2' })
    const without = await goOn(2, null)
    expect(without.newest[0]).toMatchObject({ chain: 3 })
    expect(without.newest[0]).not.toHaveProperty('modelFile')
    expect(without.modelFile).toBe(null)
    expect(issued()).toEqual(expect.arrayContaining(before))
  })

  test('goes on with the other models while the file cannot be asked, and with it afterwards', async () => {
    await begin(new Oracle())
    const fault = new ModelFault('too_slow', 'there was no answer within 5 s')
    const during = await goOn(1, fault)
    expect(during.modelFile).toEqual({ sha256: null, fault: { kind: 'too_slow', message: fault.message } })
    // They are judged by their own record: nobody but the model knew anything of this series.
    const aside = { chain: 1, startMs: beginMs + HOUR_MS, hidden: 'not_better_than_naive' }
    expect(during.newest[0]).toMatchObject({ ...aside, model: expect.not.stringContaining('model_file') })
    expect(during.newest[0]!.values[0]![0]).not.toBeNull()
    const after = await goOn(2, new Oracle())
    expect(after.newest[0]).toMatchObject({ chain: 1, model: 'model_file 1.00', startMs: beginMs + 2 * HOUR_MS })
  })

  test('is forecast by the others when the file gives something that is no number, and says so', async () => {
    const oracle = new Oracle()
    const model: ForecastModel = { sha256: 'a1', medians: async () => Float64Array.of(Number.NaN) }
    const { newest, modelFile } = await begin(model)
    expect(modelFile).toMatchObject({ sha256: 'a1', fault: { kind: 'no_number' } })
    for (const { model, values } of newest) {
      expect(model).not.toContain('model_file')
      expect(values[0]![0]).not.toBeNull()
    }
    const faulty: ForecastModel = { sha256: 'a1', medians: () => Promise.reject(new Error('it broke')) }
    expect((await goOn(1, faulty)).modelFile?.fault).toEqual({ kind: 'wrong_interface', message: 'it broke' })
    expect((await goOn(2, oracle)).modelFile?.fault).toBe(null)
  })

  test('has no chain of its own for a file that was never loaded, and begins one once it is', async () => {
    const missing = new ModelFault('not_installed', 'the package is not installed')
    expect((await begin(missing)).newest[0]).toMatchObject({ chain: 1 })
    expect((await goOn(1, missing)).newest[0]).toMatchObject({ chain: 1 })
    expect((await goOn(2, new Oracle())).newest[0]).toMatchObject({ chain: 2, modelFile: 'a1' })
  })

  test('goes on without a forecast of the file that cannot be read any more', async () => {
    await begin(new Oracle())
    const name = readdirSync(dir).find((one) => one.startsWith('model_file-1-'))!
    const text = readFileSync(join(dir, name), 'utf8')
    writeFileSync(join(dir, name), text.replace('[', '{'))
    rmSync(join(dir, 'learnt.cache'))
    expect((await goOn(1, new Oracle())).newest[0]).toMatchObject({ chain: 1, model: 'model_file 1.00' })
  })

  test('is judged by a backtest that asks the model before each step', async () => {
    const oracle = new Oracle()
    const run = backtest({
      ...{
        observations: all,
        stepMs: HOUR_MS,
        days: plainDays(),
        coordinates: null,
        seed: 1,
        peakThreshold: null,
        modelFile: 'a1',
      },
      ...{ fromMs: FIRST_MS + 35 * DAY_MS, toMs: Number.POSITIVE_INFINITY, processorSeconds: () => 0 },
    })
    let step = run.next()
    while (step.done !== true) {
      const asked = typeof step.value === 'number' ? null : step.value
      const isKnown = asked !== null && !asked.inputs.known.values.subarray(-3).includes(0)
      step = run.next(isKnown ? await askedMedians(oracle, asked.inputs, asked.intervals) : null)
    }
    expect(step.value.modelFile).toBe('a1')
    // A hundredth of the values is less than one; the naive forecasts are more than ten off.
    for (const { score, shown } of step.value.horizons.filter(({ horizon }) => horizon !== 'next_hours')) {
      expect(score.rmse!).toBeLessThan(1)
      expect(Math.min(...score.naiveRmse.map((rmse) => rmse!))).toBeGreaterThan(10)
      expect(shown).toBeGreaterThan(0)
    }
  })
})
