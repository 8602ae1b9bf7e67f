import type { ForecastChange } from '../../../src/base/forecast.js'
import type { ForecastRecordsQuery, ForecastSources, ForecastsQuery } from '../../../src/views/routes/forecasts.js'
import type { ForecastIssue, ForecastItem } from '../../../src/views/wire/forecasts.js'
import { FakeAnomalies } from './fake-anomalies.js'

/** Forecasts in memory. */
export class FakeForecasts extends FakeAnomalies implements ForecastSources {
  forecastItems: ForecastItem[] = []
  readonly #forecastListeners = new Set<(forecast: ForecastChange) => void>()
  forecastIssues: ForecastIssue[] = []
  forecastQueries: ForecastRecordsQuery[] = []

  forecasts({ plant }: ForecastsQuery) {
    return { forecasts: this.forecastItems.filter((item) => item.plant === plant), left_out: 0 }
  }

  async forecastRecords(query: ForecastRecordsQuery): Promise<readonly ForecastIssue[]> {
    this.forecastQueries.push(query)
    return this.forecastIssues.slice(0, query.limit)
  }

  onForecast(listener: (forecast: ForecastChange) => void): () => void {
    this.#forecastListeners.add(listener)
    return () => this.#forecastListeners.delete(listener)
  }
  forecastIssued(forecast: ForecastChange): void {
    for (const listener of this.#forecastListeners) listener(forecast)
  }
}
