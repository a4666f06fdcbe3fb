import { accept } from '../../../packages/decider/src/decider.ts'

export const announce = () => accept('CaseOpened').join()
