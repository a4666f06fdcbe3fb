export const buildCaseApp = () => process.env['PORT']
