import type { DeviceTableAnswer } from '../../../../src/views/wire/device-table.js'
import { postFile } from '../../gateway/api.js'

export const DEVICE_TABLE_URL = '/api/v1/config/devices.csv'
/** A file of many plants is read and checked as a whole, and a change waits until it is in force. */
const TIMEOUT_MS = 30_000
const CSV = 'text/csv'

export const tryTable = (table: Blob) =>
  postFile<DeviceTableAnswer>('/config/devices.csv', table, TIMEOUT_MS, { 'content-type': CSV })
/** @param hash of the configuration that the reader has seen the table compared with */
export const takeTable = (table: Blob, hash: string) =>
  postFile<DeviceTableAnswer>('/config/devices.csv?dry_run=false', table, TIMEOUT_MS, {
    'content-type': CSV,
    'if-match': `"${hash}"`,
  })
