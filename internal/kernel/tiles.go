package kernel

// The layout of features: a tile holds those of 32 rows, kernel after kernel. A pass over tiles
// reads memory in one run of addresses, and the first-level cache holds a tile between the values
// of f and the gradient. The generator of the assembly has the same numbers.
const (
	tile       = 32 // rows of a tile
	tilePoints = 4  // coefficient vectors that a pass over a tile takes at most
	tileSquare = 4  // kernels of a square of products; tiles have a multiple of it

	// tileLeast is the smallest kernel that is not taken as 0. Products of two features are then
	// never denormal numbers, with which processors are slow.
	tileLeast = 0x1p-200
)

// tilePasses are the loops over tiles, in Go or in assembly. m is the number of kernels. Arrays
// that have a coefficient vector as index hold tilePoints of them, whatever their number.
type tilePasses interface {
	// tileFill sets phi to k, or to z k² with a gate, for step rows of a tile. It sets phi to 0
	// where k is below tileLeast.
	tileFill(gated bool, k, z []float64, m int, phi []float64)
	// tileValues sets f[p] (tile) to Σ a[i][p] phi[i].
	tileValues(points int, phi []float64, m int, a, f []float64)
	// tileSlopes adds Σ h[p] phi[i] over the rows to the accumulator sums[i][p]. It prefetches a
	// tile from ahead.
	tileSlopes(points int, phi []float64, m int, h, sums, ahead []float64)
	// tileProducts adds Σ v left[i] right[j] over the rows of some tiles to the accumulators
	// sums[i][j] of a square. The stride is between tiles.
	tileProducts(left, right, v []float64, tiles, stride int, sums []float64)
}

func (portable) tileFill(gated bool, k, z []float64, m int, phi []float64) {
	for i := range m {
		out := phi[i*tile : i*tile+step]
		for r, v := range k[i*kernelColumn : i*kernelColumn+step] {
			switch {
			case v < tileLeast:
				out[r] = 0
			case gated:
				out[r] = float64(float64(z[r]*v) * v)
			default:
				out[r] = v
			}
		}
	}
}

func (portable) tileValues(points int, phi []float64, m int, a, f []float64) {
	clear(f[:points*tile])
	for i := range m {
		column := phi[i*tile : (i+1)*tile]
		for p, c := range a[i*tilePoints : i*tilePoints+points] {
			f := f[p*tile : (p+1)*tile][:len(column)]
			for r, v := range column {
				f[r] += float64(c * v)
			}
		}
	}
}

func (portable) tileSlopes(points int, phi []float64, m int, h, sums, _ []float64) {
	for i := range m {
		column := phi[i*tile : (i+1)*tile]
		for p := range points {
			h := h[p*tile : (p+1)*tile]
			sums[(i*tilePoints+p)*lanes] += dotTile(column, h)
		}
	}
}

// dotTile returns the scalar product of two columns of a tile. Four accumulators hide the latency
// of the additions.
func dotTile(x, y []float64) float64 {
	var s0, s1, s2, s3 float64
	for r := 0; r+3 < len(x) && r+3 < len(y); r += 4 {
		s0 += float64(x[r] * y[r])
		s1 += float64(x[r+1] * y[r+1])
		s2 += float64(x[r+2] * y[r+2])
		s3 += float64(x[r+3] * y[r+3])
	}
	return (s0 + s2) + (s1 + s3)
}

func (portable) tileProducts(left, right, v []float64, tiles, stride int, sums []float64) {
	var heavy [tile]float64
	for t := range tiles {
		v := v[t*tile : (t+1)*tile]
		for i := range tileSquare {
			column := left[t*stride+i*tile : t*stride+(i+1)*tile]
			for r, w := range v {
				heavy[r] = w * column[r]
			}
			for j := range tileSquare {
				sums[(i*tileSquare+j)*lanes] += dotTile(heavy[:],
					right[t*stride+j*tile:t*stride+(j+1)*tile])
			}
		}
	}
}
