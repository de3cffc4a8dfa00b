import { describe } from 'vitest'
import { itInterpretsNothing } from './views.ts'

describe('text that acts', () => itInterpretsNothing(100_000))
