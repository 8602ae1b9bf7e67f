import type { LoadPlanSources } from '../../../src/views/routes/load-plan.js'
import type { ProjectionRecordsQuery, ProjectionSources } from '../../../src/views/routes/projections.js'
import type { SavingClaimSources } from '../../../src/views/routes/saving-claims.js'
import type { LoadPlanAnswer } from '../../../src/views/wire/load-plan.js'
import type { ProjectionRecord, ProjectionsAnswer } from '../../../src/views/wire/projections.js'
import type { SavingClaimItem } from '../../../src/views/wire/savings.js'

/** Projections, claimed savings and a plan in memory, the same of each plant. */
export class FakeProjections implements ProjectionSources, SavingClaimSources, LoadPlanSources {
  claims: SavingClaimItem[] = []
  planned: LoadPlanAnswer = {
    ...{ start: null, end: null, made_at: null, version: '', reason: 'pending', impossible: [], currency: '' },
    ...{ usual: null, usual_breaks: [], with_plan: null, saved: null, saved_kgco2e: null },
    ...{ placed: [], steps: [], assumed: null },
  }
  projected: ProjectionsAnswer = { issued_at: null, known_until: null, version: '', reason: 'pending', projections: [] }
  projectionIssues: ProjectionRecord[] = []

  savingClaims(): readonly SavingClaimItem[] {
    return this.claims
  }

  loadPlan(): LoadPlanAnswer {
    return this.planned
  }

  projections(): ProjectionsAnswer {
    return this.projected
  }

  projectionRecords({ fromMs, toMs, limit }: ProjectionRecordsQuery): readonly ProjectionRecord[] {
    const isAsked = ({ issued_at }: ProjectionRecord) => Date.parse(issued_at) >= fromMs && Date.parse(issued_at) < toMs
    return this.projectionIssues.filter(isAsked).slice(0, limit)
  }
}
