import { localDateOf } from '../../insight/series/local-days.js'
import type { LoadPlanSources } from '../../views/routes/load-plan.js'
import type { Configs } from '../configs.js'
import type { LoadPlans } from './load-plans.js'
import { planAnswer, withoutPlan } from './plan-answer.js'
import { hasFlexibility } from './plan-input.js'

/** Answers to questions about the plan of tomorrow, and about those that were kept of days before. */
export function loadPlanSources(loadPlans: LoadPlans, configs: Pick<Configs, 'plant'>): LoadPlanSources {
  return {
    loadPlan: (plant, date) => {
      const options = configs.plant(plant)
      if (options === undefined) return withoutPlan('nothing_to_shift')
      if (date !== null && date !== localDateOf(loadPlans.nextDayOf(options))) {
        return loadPlans.kept(plant, date) ?? withoutPlan('not_kept')
      }
      if (!hasFlexibility(options)) return withoutPlan('nothing_to_shift')
      if (!loadPlans.isEnabled) return withoutPlan('off')
      const tried = loadPlans.newest(options)
      return tried === null ? withoutPlan('pending') : planAnswer(tried)
    },
  }
}
