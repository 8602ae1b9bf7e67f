import type { ProjectionRecordsQuery, ProjectionSources } from '../../../src/views/routes/projections.js'
import type { ProjectionRecord, ProjectionsAnswer } from '../../../src/views/wire/projections.js'

/** Projections in memory, the same of each plant. */
export class FakeProjections implements ProjectionSources {
  projected: ProjectionsAnswer = { issued_at: null, known_until: null, version: '', reason: 'pending', projections: [] }
  projectionIssues: ProjectionRecord[] = []

  projections(): ProjectionsAnswer {
    return this.projected
  }

  projectionRecords({ fromMs, toMs, limit }: ProjectionRecordsQuery): readonly ProjectionRecord[] {
    const isAsked = ({ issued_at }: ProjectionRecord) => Date.parse(issued_at) >= fromMs && Date.parse(issued_at) < toMs
    return this.projectionIssues.filter(isAsked).slice(0, limit)
  }
}
