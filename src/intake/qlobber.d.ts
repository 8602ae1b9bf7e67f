/** The part of qlobber that is used here; the package brings no types of its own. */
declare module 'qlobber' {
  export class Qlobber<T> {
    constructor(options?: {
      separator?: string
      wildcard_one?: string
      wildcard_some?: string
      match_empty_levels?: boolean
    })
    add(topic: string, value: T): this
    remove(topic: string, value?: T): this
    match(topic: string): T[]
  }
  /** Holds filters without values; each is there once, however often it was added. `match` stops at the first. */
  export class QlobberTrue {
    constructor(options?: {
      separator?: string
      wildcard_one?: string
      wildcard_some?: string
      match_empty_levels?: boolean
    })
    add(topic: string): this
    remove(topic: string): this
    match(topic: string): boolean
  }
}
