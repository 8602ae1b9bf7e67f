import type { Busy, WindowRef } from '../store.js'
import type { ReplyOutcome, ServerReply } from './answer.js'
import type { Http } from './http.js'
import type { Influxql, MeasurementPlace } from './influxql.js'

/** Our credentials, as the server wants to hear them. */
export interface ServerCredentials {
  readonly authorization: string
  readonly user: { readonly name: string; readonly password: string } | null
}

/** One server with the means to speak to it. */
export interface InfluxServer {
  readonly http: Http
  readonly influxql: Influxql
  /** Says what to do about a reply, in this store's words. */
  answer(reply: ServerReply): ReplyOutcome
}

/** One for readings, one for points; they may be the same. */
export interface MeasurementPlaces<T> {
  readonly readings: T
  readonly points: T
}

/** Things that the versions of InfluxDB do not have in common. */
export interface InfluxDialect {
  readonly version: 1 | 2
  readonly writePaths: MeasurementPlaces<string>
  readonly places: MeasurementPlaces<MeasurementPlace>
  /** Reads secrets anew. Throws a sentence when one cannot be read. */
  credentials(): ServerCredentials
  /** True unless what is missing would be created by `prepare`. Rejects with a `QueryFailure` when there is no answer. */
  isThere(server: InfluxServer): Promise<boolean>
  /** The reason why a missing database would not be created, '' when it would; absent where `isThere` says it. Rejects as that does. */
  whyNotMade?(server: InfluxServer): Promise<string>
  /** Creates what may be created; null when all is well. */
  prepare(server: InfluxServer): Promise<Busy | null>
  /** Takes away what a test has written under this mark; `unable` when the server has no way to. */
  eraseTrial(server: InfluxServer, mark: string): Promise<'erased' | 'unable' | Busy>
  /** Deletes windows; `unable` when the server has no way to. */
  erase(server: InfluxServer, windows: readonly WindowRef[]): Promise<'erased' | 'unable' | Busy>
}
