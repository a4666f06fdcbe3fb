export const topic = 'case.events.v1'
