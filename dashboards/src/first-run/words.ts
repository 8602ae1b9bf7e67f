import { language } from '../settings.js'
import { firstRun as en } from './words.en.js'
import { firstRun as zh } from './words.zh.js'

/** The words of the first steps; they come with the page. */
export const firstRunWords = () => (language.value === 'zh' ? zh : en)
