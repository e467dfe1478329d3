package findings

import "slices"

// detail is what is gathered at the scale of the findings alone, for M kernels in d columns.
type detail struct {
	dim int
	// Σ_D phi u, Σ_R phi u and Σ_R phi u² (M×d, row-major), with u in standard deviations.
	data, reference, squares []float64
	nearest                  [][]ranked // of each kernel, by falling weight
	others                   [][]ranked // in the ball, and not among the nearest
	distances                []distanceCounter
	labels                   []float64 // Σ_D phi of each class (M×classes)
	inBall                   []int     // rows of each class in the ball (M×classes)
}

// A ranked member has log phi, which sorts far rows at which phi is 0.
type ranked struct {
	Member
	log float64
}

func newDetail(m, d, classes int) detail {
	return detail{
		dim: d, data: make([]float64, m*d), reference: make([]float64, m*d),
		squares: make([]float64, m*d), nearest: make([][]ranked, m), others: make([][]ranked, m),
		distances: make([]distanceCounter, m), labels: make([]float64, m*classes),
		inBall: make([]int, m*classes),
	}
}

// list puts a member into the list of the nearest of a kernel, which has room for a number of them.
// The one that the list has no room for goes to the others if it is in the ball. Members of equal
// weight stay in the order of their rows.
func (d *detail) list(kernel int, m ranked, room int) {
	list := d.nearest[kernel]
	at := len(list)
	for at > 0 && list[at-1].log < m.log {
		at--
	}
	dropped, full := m, at == room
	if !full {
		if full = len(list) == room; full {
			dropped, list = list[room-1], list[:room-1]
		}
		d.nearest[kernel] = slices.Insert(list, at, m)
	}
	if full && dropped.InBall {
		d.others[kernel] = append(d.others[kernel], dropped)
	}
}

// addData adds a data row, u in standard deviations, to the means of a kernel.
func (d *detail) addData(kernel int, phi float64, u []float64) {
	if phi == 0 {
		return
	}
	sums := d.data[kernel*d.dim : (kernel+1)*d.dim]
	for j, v := range u {
		sums[j] += phi * v
	}
}

// addReference adds a reference row of weight w, u in standard deviations, at the distances and
// weights of a census.
func (d *detail) addReference(s *census, w float64, u []float64) {
	for i := range d.distances {
		d.distances[i].add(inReference, s.distance[i], w)
		phi := w * s.weight(i)
		if phi == 0 {
			continue
		}
		sums, squares := d.reference[i*d.dim:(i+1)*d.dim], d.squares[i*d.dim:(i+1)*d.dim]
		for j, v := range u {
			sums[j] += phi * v
			squares[j] += phi * v * v
		}
	}
}
