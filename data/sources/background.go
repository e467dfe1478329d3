package sources

import (
	"math"
	"math/rand/v2"
)

// background is the null density of a generator. Unless it is joint, its coordinates are
// independent and identically distributed, so that one marginal describes them.
type background struct {
	dim int
	// joint is the density itself, for a background whose coordinates are not independent. It has
	// none of the functions below.
	joint       density
	coordinate  func(*rand.Rand) float64
	logMarginal func(float64) float64
	// decline returns minus the derivative of logMarginal near x, as a linear function: slope +
	// curvature·x.
	decline func(x float64) (slope, curvature float64)
}

// mixturePosition is the distance of the Gaussians of the mixture from either axis.
const mixturePosition = 20

func exponentialBackground() background {
	return background{
		dim:        1,
		coordinate: (*rand.Rand).ExpFloat64,
		logMarginal: func(x float64) float64 {
			if x < 0 {
				return math.Inf(-1)
			}
			return -x
		},
		decline: func(float64) (slope, curvature float64) { return 1, 0 },
	}
}

// mixtureBackground returns the mixture of four unit Gaussians at (±20, ±20) in equal parts: each
// coordinate is a standard normal plus or minus 20, with equal probabilities.
func mixtureBackground() background {
	return background{
		dim: 2,
		coordinate: func(r *rand.Rand) float64 {
			if r.Uint64()&1 == 0 {
				return r.NormFloat64() - mixturePosition
			}
			return r.NormFloat64() + mixturePosition
		},
		logMarginal: func(x float64) float64 {
			// The farther Gaussian is e^(-2·20·|x|) of the nearer one.
			u := math.Abs(x)
			near := u - mixturePosition
			return -near*near/2 + math.Log1p(math.Exp(-2*mixturePosition*u)) - math.Ln2 -
				halfLogTwoPi
		},
		decline: func(x float64) (slope, curvature float64) {
			return -math.Copysign(mixturePosition, x), 1
		},
	}
}

func gaussianBackground(dim int) background {
	return background{
		dim:         dim,
		coordinate:  (*rand.Rand).NormFloat64,
		logMarginal: func(x float64) float64 { return -x*x/2 - halfLogTwoPi },
		decline:     func(float64) (slope, curvature float64) { return 0, 1 },
	}
}

// clusterCount is the number of Gaussians of the source clusters.
const clusterCount = 10

// clustersBackground returns ten unit Gaussians in equal parts. Their centers are the same for all
// seeds.
func clustersBackground(dim int) background {
	r := rand.New(rand.NewPCG(1, clusterCount))
	var bumps []Bump
	for range clusterCount {
		center := make(Vector, dim)
		for j := range center {
			center[j] = r.NormFloat64()
		}
		bumps = append(bumps, Bump{Loc: center, Scale: 1, Fraction: 1})
	}
	return background{dim: dim, joint: newClusters(bumps, space{dim: dim})}
}

func (b background) draw(r *rand.Rand, x []float64) {
	if b.joint != nil {
		b.joint.draw(r, x)
		return
	}
	for i := range x {
		x[i] = b.coordinate(r)
	}
}

func (b background) log(x []float64) float64 {
	if b.joint != nil {
		return b.joint.log(x)
	}
	sum := 0.0
	for _, v := range x {
		sum += b.logMarginal(v)
	}
	return sum
}
