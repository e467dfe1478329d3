package baselines

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"

	"sparker/data"
	"sparker/twosample/toytest"
)

// The tree finds the neighbors that a search through all rows finds, ties and repeated rows
// included.
func TestTreeEqualsBruteForce(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for _, d := range []int{1, 2, 5, 20} {
		for _, grid := range []bool{false, true} {
			s := normals(r, 300, d, 0)
			if grid {
				for i, v := range s.X {
					s.X[i] = math.Round(v)
				}
			}
			var ordered rows
			ordered.take(s, 0, nil)
			var index tree
			index.build(&ordered)
			for query := range 40 {
				x, skip := normals(r, 1, d, 0).X, -1
				if query%2 == 0 {
					skip = query
					x = ordered.at(query)
				}
				var want []float64
				for i := range ordered.n {
					if i != skip {
						want = append(want, math.Pow(distanceOf(x, ordered.at(i), 2), 2))
					}
				}
				slices.Sort(want)
				index.look(x, 7, skip)
				for i, v := range index.found {
					closeTo(t, "squared distance", v, want[i], 1e-9)
				}
				tied := 0
				for _, v := range want {
					if math.Abs(v-want[6]) < 1e-9 {
						tied++
					}
				}
				if got := index.at(index.found[6]); got != tied {
					t.Errorf("%d rows at the distance of the seventh, want %d", got, tied)
				}
			}
		}
	}
}

// slowKNN is both statistics by definition, for rows at different distances.
func slowKNN(pair data.Pair, k int, pooled bool) (share, kl float64) {
	type neighbor struct {
		distance float64
		isData   bool
	}
	around := func(x []float64) (all []neighbor) {
		for isData, s := range map[bool]data.Sample{false: pair.Reference, true: pair.Data} {
			for i := range s.N {
				if d := distanceOf(x, s.Row(i), 2); d > 0 {
					all = append(all, neighbor{d, isData})
				}
			}
		}
		slices.SortFunc(all, func(a, b neighbor) int {
			if a.distance < b.distance {
				return -1
			}
			return 1
		})
		return all
	}
	queries := 0.0
	for isData, s := range map[bool]data.Sample{false: pair.Reference, true: pair.Data} {
		if !isData && !pooled {
			continue
		}
		for i := range s.N {
			queries++
			all := around(s.Row(i))
			for _, n := range all[:k] {
				if n.isData == isData {
					share += 1 / float64(k)
				}
			}
			if isData {
				kth := map[bool]float64{}
				count := map[bool]int{}
				for _, n := range all {
					if count[n.isData]++; count[n.isData] == k {
						kth[n.isData] = n.distance
					}
				}
				kl += float64(s.D) / float64(s.N) * math.Log(kth[false]/kth[true])
			}
		}
	}
	return share / queries, kl + math.Log(float64(pair.Reference.N)/float64(pair.Data.N-1))
}

func TestKNNEqualsBruteForce(t *testing.T) {
	t.Parallel()
	for _, rows := range KNNRows {
		pair := normalPair(1, 60, 25, 2, 0.6)
		got := toytest.Statistics(t, must(NewKNN(KNNConfig{K: []int{3, 8}, Rows: rows}, 2)), pair,
			1)
		for i, k := range []int{3, 8} {
			share, kl := slowKNN(pair, k, rows == "pooled")
			closeTo(t, rows+" share", got[2*i], share, 1e-12)
			closeTo(t, rows+" kl", got[2*i+1], kl, 1e-10)
		}
	}
}

// Under the null hypothesis every other row is equally likely to be a neighbor, so the mean share
// is (m-1)/(N-1) over the data's rows and [n(n-1) + m(m-1)]/(N(N-1)) over all (Schilling): within
// four standard errors over 500 pairs (fixed seed), with repeated values too.
func TestKNNNullMean(t *testing.T) {
	t.Parallel()
	for _, repeated := range []bool{false, true} {
		for rows, want := range map[string]float64{"data": 11. / 41,
			"pooled": (30.*29 + 12*11) / (42 * 41)} {
			test := must(NewKNN(KNNConfig{K: []int{4}, Rows: rows}, 2))
			var share []float64
			for seed := range uint64(500) {
				pair := normalPair(seed, 30, 12, 2, 0)
				for _, x := range [][]float64{pair.Reference.X, pair.Data.X} {
					for i := range x {
						if repeated {
							x[i] = math.Round(x[i])
						}
					}
				}
				share = append(share, toytest.Statistics(t, test, pair, 1)[0])
			}
			if mean, sd := stat.MeanStdDev(share, nil); math.Abs(mean-want) > 4*sd/math.Sqrt(500) {
				t.Errorf("%s, repeated values %v: mean share %v ± %v, want %v", rows, repeated,
					mean, sd/math.Sqrt(500), want)
			}
		}
	}
}

// The divergence of N(1,1) from N(0,1) is ½ in each column.
func TestKNNDivergence(t *testing.T) {
	t.Parallel()
	for _, d := range []int{1, 2} {
		test := must(NewKNN(KNNConfig{K: []int{5}, Rows: "data"}, d))
		if got := toytest.Statistics(t, test, normalPair(1, 8000, 4000, d, 1),
			1)[1]; math.Abs(got-float64(d)/2) > 0.06 {
			t.Errorf("divergence %v in %d columns, want %v", got, d, float64(d)/2)
		}
	}
}
