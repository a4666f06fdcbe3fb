console.log('an entry')
