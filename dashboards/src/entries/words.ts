import { language } from '../settings.js'
import { entries as en } from './words.en.js'
import { entries as zh } from './words.zh.js'

/** The words of the page of entries; they come with it. */
export const entryWords = () => (language.value === 'zh' ? zh : en)
