import type { SettingPath } from './shape.js'

/** A finding of a rule that looks at more than one setting; its place in file or environment is added by the caller. */
export interface ConfigFinding {
  readonly path: SettingPath
  readonly value: string
  readonly problem: string
  readonly remedy: string
}
