package sources

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"sparker/data"
)

// VariationConfig is an element of `files.variations`: a parameter nu on which the density of the
// reference depends, known from samples at other values of it, or from columns of the tables. The
// test knows nu from an auxiliary measurement with a Gaussian error, and fits nu to the data
// (arXiv:2111.13633).
//
// Null toys are drawn from the pools at the values that fit the observed sample best, and each
// draws the auxiliary measurement anew.
type VariationConfig struct {
	// Name tells the parameter apart.
	Name string `yaml:"name"`
	// Sigma is the error of the auxiliary measurement of nu. 0 stands for 1, which is right for
	// samples at one standard deviation; Norm needs a number.
	Sigma float64 `yaml:"sigma"`
	// Norm says that the expected number of events is e^nu times as large, in extended counting,
	// and that nothing else depends on nu. There are then no files.
	Norm bool `yaml:"norm"`
	// Up and Down are samples of the reference at nu = at and nu = -at, with the same columns.
	// Their numbers of rows and the sums of their weights do not matter: see Norm.
	Up   VariedRows `yaml:"up"`
	Down VariedRows `yaml:"down"`
	// Up2 and Down2 are samples at twice that, or missing. With them, the density is known to the
	// second order in nu.
	Up2   VariedRows `yaml:"up2"`
	Down2 VariedRows `yaml:"down2"`
	// Delta is a column with the effect delta(x) of nu on each row, instead of files: the logarithm
	// of the ratio of the density at nu to that at 0 is nu delta + nu²/2 delta2, with nu in the
	// unit of Sigma. All tables of the reference, the background, the signal and the observed
	// sample need the column, which is not tested. In extended counting the number of events
	// changes as the columns say. In shape-only counting they are shifted by constants, so that nu
	// changes the shape alone.
	Delta string `yaml:"delta"`
	// Delta2 is a column with delta2(x). Without it, delta2 is 0.
	Delta2 string `yaml:"delta2"`
	// At is the value of nu of the sample Up. 0 stands for 1.
	At float64 `yaml:"at"`
	// Measured is what the auxiliary measurement of the observed sample gave. It is 0 if the
	// reference was made at the measured value.
	Measured float64 `yaml:"measured"`
	// Throw moves the value at which null toys are drawn, in units of the error of the fit to the
	// observed sample. A test with 0, one with 1 and one with -1 say how much p depends on nu.
	Throw float64 `yaml:"throw"`
}

// VariedRows is a sample of the reference at another value of a nuisance parameter.
type VariedRows struct {
	// File is the address of the table.
	File string `yaml:"file"`
	// Labels is the address of one label for each row of the table.
	Labels Words `yaml:"labels"`
	// Keep lists the labels of the rows to take. If it is empty, all rows are taken.
	Keep Words `yaml:"keep"`
	// Drop lists the labels of rows to leave out.
	Drop Words `yaml:"drop"`
	// Weight is the address of one weight for each row. Rows without weights weigh 1.
	Weight string `yaml:"weight"`
}

// set returns the file as a set of its own.
func (v VariedRows) set() FileSet {
	return FileSet{File: v.File, Labels: v.Labels, Keep: v.Keep, Drop: v.Drop, Weight: v.Weight}
}

// sigma returns the error of the auxiliary measurement.
func (v VariationConfig) sigma() float64 {
	if v.Sigma == 0 {
		return 1
	}
	return v.Sigma
}

// at returns the value of nu of the sample Up.
func (v VariationConfig) at() float64 {
	if v.At == 0 {
		return 1
	}
	return v.At
}

// sets returns the samples of the variation, with the names of their keys.
func (v VariationConfig) sets() []keyedSet {
	return []keyedSet{{"up", v.Up.set()}, {"down", v.Down.set()}, {"up2", v.Up2.set()},
		{"down2", v.Down2.set()}}
}

// variations checks the nuisance parameters of files.
func (v validation) variations(c Config) {
	list := c.Files.Variations
	if len(list) > mostNuisances {
		v.say("files.variations", "has %d elements; want at most %d", len(list), mostNuisances)
	}
	if len(list) > 0 && c.Files.Calibration == calibrationPermutation {
		v.say("files.calibration", "is permutation, but the reference and the data are not "+
			"exchangeable if the reference depends on nuisance parameters; want pools")
	}
	for i, n := range list {
		path := "files.variations" + index(i)
		if n.Name == "" {
			v.say(path+".name", "is missing; want a name")
		}
		same := func(other VariationConfig) bool { return other.Name == n.Name }
		if slices.IndexFunc(list, same) < i {
			v.say(path+".name", "is %q, as that of an earlier one; want different names", n.Name)
		}
		v.variation(path, n, c.Counting)
		v.deltas(path, n, c.Files)
	}
}

// variation checks a nuisance parameter of files.
func (v validation) variation(path string, n VariationConfig, counting string) {
	if !(n.Sigma >= 0 && n.Sigma <= maxCoordinate) {
		v.say(path+".sigma", "is %v; must be above 0 and at most %g (0: 1)", n.Sigma,
			maxCoordinate)
	}
	if !(n.At >= 0 && n.At <= maxCoordinate) {
		v.say(path+".at", "is %v; must be above 0 and at most %g (0: 1)", n.At, maxCoordinate)
	}
	if !(math.Abs(n.Measured) <= maxCoordinate) {
		v.say(path+".measured", "is %v; must be from -%g to %g", n.Measured, maxCoordinate,
			maxCoordinate)
	}
	if !(math.Abs(n.Throw) <= mostAt) {
		v.say(path+".throw", "is %v; must be at least -%d and at most %d", n.Throw, mostAt, mostAt)
	}
	for _, s := range n.sets() {
		v.fileSet(path+"."+s.key, s.set)
		if n.Norm && s.set.File != "" {
			v.say(path+"."+s.key, "is set, but norm says that no density depends on %q", n.Name)
		}
	}
	switch {
	case n.Norm && n.Sigma == 0:
		v.say(path+".sigma", "is missing; norm needs the error of the logarithm of the number of "+
			"events")
	case n.Norm && counting == countingShape:
		v.say(path+".norm", "is true; shape-only counting fixes the number of events")
	case n.Norm, n.Delta != "":
	case n.Up.File == "" || n.Down.File == "":
		v.say(path, "has no files up and down, and neither delta nor norm; want one of the three")
	case (n.Up2.File == "") != (n.Down2.File == ""):
		v.say(path, "has one of up2 and down2; want both or none")
	}
}

// variedPools are the nuisance parameters of files.
type variedPools struct {
	list  []VariationConfig
	pools [][4]pool // those of up, down, up2 and down2
	model *tiltModel
	// constant holds delta and delta2 of the reference that all toys have, if they have one.
	constant [2][][]float64
	// fixed are the effects in columns at the rows of that reference, and means is what shape-only
	// counting subtracts from delta and delta2 of each.
	fixed []rowDeltas
	means [][2]float64
	// nu are the values at which toys are drawn, and rate is the factor of the expected number of
	// events there. The throwers are those at 0 of the background pool and of the held-out rows.
	nu    []float64
	rate  float64
	plain [2]*data.Thrower
}

// readVariations reads the samples of the nuisance parameters.
func (p *Pools) readVariations(o opener) error {
	p.varied = variedPools{list: o.files.Variations, rate: 1}
	for i, v := range p.varied.list {
		var four [4]pool
		for k, s := range v.sets() {
			if s.set.File == "" {
				continue
			}
			key := fmt.Sprintf("files.variations[%d].%s", i, s.key)
			var err error
			if four[k], err = o.pool(s.set, p.reference.table); err != nil {
				return withKeyPath(key, err)
			}
			if four[k].n() < 2 {
				return &KeyError{key, tooFewRows("a variation has fewer than two rows")}
			}
			p.warnOfFewVaried(v, s.set.File, four[k].n())
			if p.reference.weighs() && four[k].weights == nil {
				p.warn("the rows of %s count alike, although those of the reference have weights",
					s.set.File)
			}
		}
		p.varied.pools = append(p.varied.pools, four)
	}
	p.varied.nu = make([]float64, len(p.varied.list))
	return nil
}

// each returns the pools that have rows.
func (v *variedPools) each() []*pool {
	var all []*pool
	for i := range v.pools {
		for k := range v.pools[i] {
			if v.pools[i][k].table != nil {
				all = append(all, &v.pools[i][k])
			}
		}
	}
	return all
}

// learn learns how the density of the reference depends on the parameters, from the rows of all of
// its pools. Samples of the same events in the same order are made of the same ones of them, so
// that most of the noise cancels.
func (v *variedPools) learn(nominal pool, r *rand.Rand) error {
	seed := [2]uint64{r.Uint64(), r.Uint64()}
	draw := func(q pool) (data.Sample, error) {
		n := min(mostTiltRows, maxTiltValues/q.table.D(), q.n())
		stream := rand.New(rand.NewPCG(seed[0], seed[1]))
		if err := q.newThrower(float64(n)); err != nil {
			return data.Sample{}, err
		}
		if q.thrower == nil {
			return q.table.Sample(data.DrawRows(stream, q.rows, n)), nil
		}
		rows, err := q.thrower.Throw(stream, n)
		return q.table.Sample(q.at(rows)), err
	}
	sample, err := draw(nominal)
	if err != nil {
		return err
	}
	if v.model, err = newTiltModel(rand.New(rand.NewPCG(seed[0], seed[1])), sample); err != nil {
		return err
	}
	matrix := v.model.matrix(sample)
	for i, config := range v.list {
		if !config.learned() {
			continue
		}
		s := tiltSamples{nominal: matrix, at: config.at()}
		if config.Up2.File != "" {
			s.far = 2 * config.at()
		}
		for k, to := range []*data.Sample{&s.up, &s.down, &s.up2, &s.down2} {
			if v.pools[i][k].table == nil {
				continue
			}
			if *to, err = draw(v.pools[i][k]); err != nil {
				return err
			}
		}
		if err := v.model.learn(s); err != nil {
			return fmt.Errorf("learning the effect of %q: %w", config.Name, err)
		}
	}
	return nil
}

// learns reports whether the effect of a parameter is learned from files.
func (v *variedPools) learns() bool {
	return slices.ContainsFunc(v.list, VariationConfig.learned)
}

// nominal returns all rows of the reference that were read.
func (p *Pools) nominal() pool {
	nominal := p.reference
	for _, q := range []pool{p.background, p.holdout} {
		if q.table == p.reference.table {
			nominal.rows = append(slices.Clip(nominal.rows), q.rows...)
		}
	}
	slices.Sort(nominal.rows)
	nominal.rows = slices.Compact(nominal.rows)
	return nominal
}

// finishVariations learns what depends on the parameters, after all tables have their columns.
func (p *Pools) finishVariations(r *rand.Rand) error {
	v := &p.varied
	if len(v.list) == 0 {
		return nil
	}
	if p.permutes {
		return &KeyError{"files.variations", errors.New("toys are permutations, but the " +
			"reference and the data are not exchangeable if the reference depends on nuisance " +
			"parameters")}
	}
	nominal := p.nominal()
	if v.learns() {
		if err := v.learn(nominal, r); err != nil {
			return &KeyError{"files.variations", err}
		}
	}
	if p.fixed {
		v.center(nominal)
	}
	p.warnOfEffects(nominal)
	v.plain = [2]*data.Thrower{p.background.thrower, p.holdout.thrower}
	if p.constant == nil {
		return nil
	}
	v.fixed = v.deltas(p.reference, p.reference.rows)
	if v.learns() {
		v.constant[0], v.constant[1] = v.model.deltas(p.constant.Reference)
	}
	return nil
}

// variedRows is what the nuisance parameters of a pair are made of, in addition to its values: the
// results of the auxiliary measurements, and the effects in columns at its rows.
type variedRows struct {
	measured        []float64
	reference, data []rowDeltas
}

// nuisances returns the nuisance parameters of a pair.
func (p *Pools) nuisances(pair data.Pair, of variedRows) []data.Nuisance {
	v := &p.varied
	var reference, sample [2][][]float64
	if v.learns() {
		if reference = v.constant; reference[0] == nil {
			reference[0], reference[1] = v.model.deltas(pair.Reference)
		}
		sample[0], sample[1] = v.model.deltas(pair.Data)
	}
	var list []data.Nuisance
	shape, column := 0, 0
	for i, c := range v.list {
		n := data.Nuisance{Name: c.Name, Sigma: c.sigma(), Measured: of.measured[i]}
		switch {
		case c.Delta != "":
			r, d := of.reference[column], of.data[column]
			n.Reference, n.ReferenceSecond = r.first, r.second
			n.Data, n.DataSecond = d.first, d.second
			column++
		case c.learned():
			n.Reference, n.ReferenceSecond = reference[0][shape], reference[1][shape]
			n.Data, n.DataSecond = sample[0][shape], sample[1][shape]
			shape++
		}
		list = append(list, n)
	}
	return list
}

// measure draws the auxiliary measurements of a toy.
func (v *variedPools) measure(r *rand.Rand) []float64 {
	var measured []float64
	for i, c := range v.list {
		measured = append(measured, v.nu[i]+c.sigma()*r.NormFloat64())
	}
	return measured
}

// measured returns those of the observed sample.
func (v *variedPools) measured() []float64 {
	var measured []float64
	for _, c := range v.list {
		measured = append(measured, c.Measured)
	}
	return measured
}

// Varied reports whether the reference depends on nuisance parameters.
func (p *Pools) Varied() bool { return len(p.varied.list) > 0 }

// ThrowAt makes all toys that are drawn later those at some values of the nuisance parameters, such
// as those that fit the observed sample best: the rows of a toy's data are drawn with weights. The
// shift of the config is added, in units of errors. It must not be called while toys are drawn.
func (p *Pools) ThrowAt(values, errors []float64) error {
	v := &p.varied
	for i, c := range v.list {
		v.nu[i] = values[i] + c.Throw*errors[i]
	}
	for k, q := range []*pool{&p.background, &p.holdout} {
		if q.n() == 0 {
			continue
		}
		var err error
		if q.thrower, err = p.throwerAt(*q, v.plain[k]); err != nil {
			return fmt.Errorf("data: throwing toys at the nuisance parameters: %w", err)
		}
	}
	v.rate = p.background.thrower.Yield()
	if report := p.background.thrower.Report(); !report.Unweights {
		p.warn("toys at the fitted nuisance parameters are drawn with replacement, and about %.2g "+
			"of the %.0f rows of a toy repeat another one", report.Repeated, p.expected)
	}
	return nil
}

// throwerAt returns what draws the rows of a pool at the values of the parameters, given what draws
// them at 0, or nil if that is every row alike.
func (p *Pools) throwerAt(from pool, plain *data.Thrower) (*data.Thrower, error) {
	pair := data.Pair{Reference: from.sample(), Data: data.Sample{D: from.table.D()}}
	all := *p
	all.varied.constant = [2][][]float64{}
	pair.Nuisances = all.nuisances(pair, variedRows{measured: p.varied.nu,
		reference: p.varied.deltas(from, from.rows), data: p.varied.deltas(from, nil)})
	if plain == nil {
		var err error
		ones := slices.Repeat([]float64{1}, from.n())
		if plain, err = data.NewThrower(from, ones, p.expected); err != nil {
			return nil, err
		}
	}
	return plain.Tilt(pair.Tilts(p.varied.nu), p.expected)
}

// factor is that of the expected number of events in toys.
func (v *variedPools) factor() float64 {
	if len(v.list) == 0 {
		return 1
	}
	return v.rate
}
