import type {
  ConfigAnswer,
  ConfigPreview,
  ConfigPreviewWish,
  ConfigSaved,
  ConfigSchemaAnswer,
  ConfigVersionAnswer,
  ConfigVersions,
  ConfigWish,
} from '../../../src/views/wire/configuration.js'
import type { GridRegionsAnswer } from '../../../src/views/wire/grid-regions.js'
import { get, post } from '../gateway/api.js'
import { language } from '../settings.js'

/** A file of many plants is read and checked as a whole. */
const TIMEOUT_MS = 30_000
/** A change waits behind other questions, is checked, and then up to 20 s until the journal has taken it. */
const SAVE_TIMEOUT_MS = 60_000

/** Status of an answer to somebody who has read an older version. */
export const CONFLICT = 412

const matching = (hash: string) => ({ 'if-match': `"${hash}"` })

/** A first file begins with comments in the language of whoever makes it. */
const inLanguage = <T extends ConfigWish | ConfigPreviewWish>(wish: T) => ({ ...wish, language: language.peek() })

export const readConfig = () => get<ConfigAnswer>('/config', undefined, 'auto', TIMEOUT_MS)
export const readSchema = () => get<ConfigSchemaAnswer>('/config/schema')
export const readGridRegions = () => get<GridRegionsAnswer>('/grid-regions')
export const readVersions = () => get<ConfigVersions>('/config/versions')
export const readVersion = (version: number) => get<ConfigVersionAnswer>(`/config/versions/${version}`)
export const previewOf = (wish: ConfigPreviewWish) =>
  post<ConfigPreview>('/config/preview', inLanguage(wish), TIMEOUT_MS)
export const saveConfig = (wish: ConfigWish, hash: string) =>
  post<ConfigSaved>('/config', inLanguage(wish), SAVE_TIMEOUT_MS, matching(hash))
export const undoTo = (version: number, hash: string) =>
  post<ConfigSaved>('/config/undo', { version }, SAVE_TIMEOUT_MS, matching(hash))
