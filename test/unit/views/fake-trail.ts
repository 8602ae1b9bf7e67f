import type { TrailFilter } from '../../../src/audit/trail/search.js'
import type { TrailEntry, TrailNote } from '../../../src/base/trail.js'
import type { ViewSources } from '../../../src/views/views.js'

/** An audit log in memory. */
export class FakeTrail implements Pick<ViewSources, 'note' | 'trail' | 'trailTable'> {
  readonly notes: TrailNote[] = []
  /** Newest first. */
  trailEntries: TrailEntry[] = []
  readonly trailQueries: unknown[] = []

  readonly note = async (note: TrailNote): Promise<boolean> => this.notes.push(note) > 0

  async trail(filter: TrailFilter, page: { readonly before: number | null; readonly limit: number }) {
    this.trailQueries.push([filter, page])
    return { items: this.trailEntries, next: this.trailEntries.at(-1)?.number ?? null }
  }

  async *trailTable(filter: TrailFilter): AsyncGenerator<string> {
    this.trailQueries.push([filter])
    yield 'number\r\n'
    yield '1\r\n'
  }
}
