package findings

import "math"

// read goes through the rows again and returns the places with what they hold.
func (f *placeFinder) read() ([]Place, error) {
	f.keepScales()
	if err := f.eachRow("data", f.pair.Data, f.enterData); err != nil {
		return nil, err
	}
	if err := f.eachRow("reference", f.pair.Reference, f.enterReference); err != nil {
		return nil, err
	}
	places := make([]Place, len(f.found))
	for i, p := range f.found {
		places[i] = f.complete(p)
	}
	return places, nil
}

// keepScales drops the scales without a place, which need not be looked at again.
func (f *placeFinder) keepScales() {
	var censuses []*census
	at := map[int]int{}
	for _, p := range f.found {
		if _, kept := at[p.scale]; !kept {
			at[p.scale] = len(censuses)
			censuses = append(censuses, f.censuses[p.scale])
		}
		p.scale = at[p.scale]
	}
	f.censuses = censuses
}

// enterData adds the data row at hand to the places.
func (f *placeFinder) enterData(row int) {
	left := 1.0
	for _, p := range f.found {
		s := f.censuses[p.scale]
		log := s.logWeightOf(p.candidate.kernels)
		shares := math.Exp(log)
		weight := shares * left
		log += math.Log(left)
		left *= max(0, 1-shares)
		if weight < leastWeight {
			weight = 0
		}
		own := rowWeight(f.pair.DataWeights, row)
		p.detail.addData(0, own*weight, f.units.u)
		f.marginals.add(p.columns, f.pair.Data.Row(row), own*weight)
		member := Member{Index: row, Distance: s.distance[p.heaviest],
			InBall: s.distance[p.heaviest] <= 1, Weight: weight, Contribution: f.contribution(p)}
		p.detail.list(0, ranked{member, log}, f.Nearest)
		if f.labels.of == nil || f.labels.of[row] < 0 {
			continue
		}
		p.detail.labels[f.labels.of[row]] += own * weight
		if member.InBall {
			p.detail.inBall[f.labels.of[row]]++
		}
	}
}

// contribution returns the share of the kernels of a place in f at the row at hand.
func (f *placeFinder) contribution(p *foundPlace) (sum float64) {
	s := f.censuses[p.scale]
	for _, k := range p.candidate.kernels {
		phi := s.weight(k)
		if !f.softMax {
			phi = math.Exp(-s.distance[k] * s.distance[k] / 2)
		}
		sum += s.Coefficients[k] * phi
	}
	return sum
}

// enterReference adds the reference row at hand to the places.
func (f *placeFinder) enterReference(row int) {
	left := 1.0
	for _, p := range f.found {
		shares := math.Exp(f.censuses[p.scale].logWeightOf(p.candidate.kernels))
		weight := shares * left
		left *= max(0, 1-shares)
		if weight < leastWeight {
			continue
		}
		weight *= rowWeight(f.pair.ReferenceWeights, row)
		p.referenceWeights += weight
		for j, u := range f.units.u {
			p.detail.reference[j] += weight * u
			p.detail.squares[j] += weight * u * u
		}
	}
}

// complete returns a place with what was read.
func (f *placeFinder) complete(p *foundPlace) Place {
	place := p.Place
	place.Nearest = f.members(p.detail.nearest[0])
	place.Bulk, place.Local = []Feature{}, []Feature{}
	if p.soft.EffectiveData > 0 && p.soft.Data > 0 {
		place.Noise = 1 / math.Sqrt(p.soft.EffectiveData)
		place.Bulk, place.Local = f.features(columnSums{weights: p.soft.Data,
			referenceWeights: p.referenceWeights, data: p.detail.data,
			reference: p.detail.reference, squares: p.detail.squares}, p.soft)
	}
	place.Columns = f.marginals.placeColumns(p.columns)
	place.Truth = f.labels.truth(heldRows{weights: p.detail.labels, inBall: p.detail.inBall,
		nearest: place.Nearest, soft: p.soft, excess: place.IsExcess(), trials: len(f.found)})
	return place
}
