import { statusAnswerOf } from '../base/wire/gateway.js'
import { storeAnswerOf, storesAnswerOf } from '../base/wire/stores.js'
import { STORE_TYPES } from '../stores/registry.js'

/** Answers that name the types of the stores that there are, which only their registry knows. */

export const storeAnswer = storeAnswerOf(STORE_TYPES)
export const storesAnswer = storesAnswerOf(storeAnswer)
export const statusAnswer = statusAnswerOf(storeAnswer)
