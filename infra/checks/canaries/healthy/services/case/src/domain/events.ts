export const caseOpened = 'CaseOpened'
