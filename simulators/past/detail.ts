/**
 * Extent of what is told of a device's past. A figure of an hour costs as much as one of today, so that of long ago only that is told
 * which figures of the whole plant are made of.
 * - `always`: of all months.
 * - `quarters`: likewise, and each quarter of an hour of the last weeks, of which forecasts and load plans are made.
 * - `weeks`: of the last weeks alone.
 */
export type PastDetail = 'always' | 'quarters' | 'weeks'
