import type { ProjectionRecordsQuery, ProjectionSources } from '../../../src/views/routes/projections.js'
import type { SavingClaimSources } from '../../../src/views/routes/saving-claims.js'
import type { ProjectionRecord, ProjectionsAnswer } from '../../../src/views/wire/projections.js'
import type { SavingClaimItem } from '../../../src/views/wire/savings.js'

/** Projections and claimed savings in memory, the same of each plant. */
export class FakeProjections implements ProjectionSources, SavingClaimSources {
  claims: SavingClaimItem[] = []
  projected: ProjectionsAnswer = { issued_at: null, known_until: null, version: '', reason: 'pending', projections: [] }
  projectionIssues: ProjectionRecord[] = []

  savingClaims(): readonly SavingClaimItem[] {
    return this.claims
  }

  projections(): ProjectionsAnswer {
    return this.projected
  }

  projectionRecords({ fromMs, toMs, limit }: ProjectionRecordsQuery): readonly ProjectionRecord[] {
    const isAsked = ({ issued_at }: ProjectionRecord) => Date.parse(issued_at) >= fromMs && Date.parse(issued_at) < toMs
    return this.projectionIssues.filter(isAsked).slice(0, limit)
  }
}
