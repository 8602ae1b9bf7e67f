import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ReportPeriod } from '../../base/report.js'
import { writeDurably } from '../../program/durable-file.js'

const NAME = 'scheduled-documents.json'

/** Documents of one run of a schedule that are to go out. */
export interface DocumentOrder {
  /** The schedule, by all its settings. */
  readonly key: string
  /** When the run was due, epoch ms. */
  readonly dueMs: number
  readonly period: ReportPeriod
  /** Null for a table of figures. */
  readonly report: { readonly id: string; readonly version: number } | null
  /** `asked`: somebody has been asked to freeze it, and nobody has yet. `done`: kept so that the same run brings nothing a second time. */
  readonly stage: 'ask' | 'asked' | 'out' | 'done'
  readonly isFiled: boolean
  readonly isMailed: boolean
}

/** The last order of each schedule: they outlive the process. */
export class DocumentOrders {
  readonly #dir: string
  readonly #orders: Map<string, DocumentOrder>
  /** Keys that orders at hand were moved to. */
  readonly #moved = new Map<string, string>()
  #saved: Promise<void> = Promise.resolve()

  /** @param dir folder in which they are kept */
  constructor(dir: string) {
    this.#dir = dir
    const path = join(dir, NAME)
    const saved = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as DocumentOrder[]) : []
    this.#orders = new Map(saved.map((order) => [order.key, order]))
  }

  all(): readonly DocumentOrder[] {
    return [...this.#orders.values()]
  }

  find(key: string): DocumentOrder | undefined {
    return this.#orders.get(key)
  }

  /** Takes the place of the order of the same schedule. */
  put(order: DocumentOrder): Promise<void> {
    this.#orders.set(order.key, order)
    return this.#save()
  }

  /** Says more of an order, unless a newer one of its schedule has taken its place. */
  async become(order: DocumentOrder): Promise<void> {
    let { key } = order
    while (this.#moved.has(key)) key = this.#moved.get(key)!
    if (this.#orders.get(key)?.dueMs === order.dueMs) await this.put({ ...order, key })
  }

  /** Puts it in the place of one of another key, on the disk with the next that is put. */
  move(key: string, order: DocumentOrder): void {
    this.#orders.delete(key)
    this.#orders.set(order.key, order)
    this.#moved.delete(order.key)
    this.#moved.set(key, order.key)
  }

  /** Lets go of those of other schedules. */
  keep(keys: ReadonlySet<string>): void {
    for (const key of this.#orders.keys()) if (!keys.has(key)) this.#orders.delete(key)
    for (const [from, to] of this.#moved) if (!keys.has(to)) this.#moved.delete(from)
  }

  /** One after the other: two would write one file. */
  #save(): Promise<void> {
    const save = () => writeDurably(this.#dir, NAME, `${JSON.stringify(this.all())}\n`)
    this.#saved = this.#saved.then(save, save)
    return this.#saved
  }
}
