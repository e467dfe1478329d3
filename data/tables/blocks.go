package tables

// blocks holds rows of d numbers in blocks of some megabytes, so that a table can grow without
// being copied.
type blocks[T float32 | float64] struct {
	d, per int // columns; rows in a full block
	b      [][]T
}

func newBlocks[T float32 | float64](d int) *blocks[T] {
	const values = 1 << 19
	return &blocks[T]{d: d, per: max(1, values/d)}
}

func (b *blocks[T]) row(i int) []T {
	from := i % b.per * b.d
	return b.b[i/b.per][from : from+b.d]
}

// put replaces row i, or appends a row if i is the number of rows.
func (b *blocks[T]) put(i int, row []float64) {
	k := i / b.per
	if k == len(b.b) {
		var block []T
		if k > 0 {
			block = make([]T, 0, b.per*b.d)
		}
		b.b = append(b.b, block)
	}
	from := i % b.per * b.d
	if from == len(b.b[k]) {
		for _, v := range row {
			b.b[k] = append(b.b[k], T(v))
		}
		return
	}
	for j, v := range row {
		b.b[k][from+j] = T(v)
	}
}
