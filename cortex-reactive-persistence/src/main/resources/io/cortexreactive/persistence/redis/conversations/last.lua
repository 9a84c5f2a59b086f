return { last() }
