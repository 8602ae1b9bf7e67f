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
}
