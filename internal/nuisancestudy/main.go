// The command nuisancestudy measures what docs/science/nuisances.md says of nuisance parameters:
// whether the distribution of t = tau - Delta depends on their true values, as that of tau alone
// does; the type-I error at such values, with null toys at 0; and the power.
//
//	go run ./internal/nuisancestudy -toys 1000 -pairs 300 -signal 8
//
// The toys are those of applications/imperfect. With -arm ignored, the test takes the parameters
// for 0, and with -arm known they are 0.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"os/signal"
	"slices"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/stat"

	"sparker/configs"
	"sparker/data"
	"sparker/data/sources"
	"sparker/internal/rng"
	"sparker/stats"
	"sparker/twosample"
)

func main() {
	arm := flag.String("arm", "profiled", "what the test does with the parameters: profiled, "+
		"ignored or known")
	toys := flag.Int("toys", 1000, "draw `N` toys at each true value")
	pairs := flag.Int("pairs", 300, "draw `N` toys with an anomaly")
	strength := flag.Float64("signal", 8, "the expected `EVENTS` of the anomaly")
	reference := flag.Int("reference", 0, "the `ROWS` of a reference; those of the config if 0")
	workers := flag.Int("workers", 2, "fit `N` pairs at the same time")
	exact := flag.Bool("exact", false, "take the effect of the scale from its formula")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	s := study{arm: *arm, toys: *toys, reference: *reference, workers: *workers,
		exact: *exact}
	if err := s.run(ctx, *pairs, *strength); err != nil {
		log.Fatal(err)
	}
}

// study is one arm of the experiment.
type study struct {
	arm                      string
	toys, reference, workers int
	exact                    bool
}

// setExact replaces what was learned of the scale of exponential events by its formula, log r = -nu
// + x (1 - e^-nu), to the second order.
func setExact(pair data.Pair) {
	for _, n := range pair.Nuisances {
		if n.Norm() {
			continue
		}
		for i, x := range pair.Reference.X {
			n.Reference[i], n.ReferenceSecond[i] = x-1, -x
		}
		for i, x := range pair.Data.X {
			n.Data[i], n.DataSecond[i] = x-1, -x
		}
	}
}

// sample holds the statistics of toys, a row for each toy, and those of tau alone.
type sample struct{ t, tau [][]float64 }

// sigmas are the true values of the parameters, in units of sigma.
var sigmas = []float64{-1, 0, 1}

// alpha is the size of the tests.
const alpha = 0.05

func (s study) run(ctx context.Context, pairs int, strength float64) error {
	null, scales, err := s.draw(ctx, "null", drawing{n: s.toys})
	if err != nil {
		return err
	}
	at := map[float64]sample{}
	for _, sigma := range sigmas {
		if at[sigma], _, err = s.draw(ctx, "fresh", drawing{at: sigma, n: s.toys}); err != nil {
			return err
		}
	}
	fmt.Printf("%s: %d toys at each true value\n\n", s.arm, s.toys)
	printDistributions(scales, at)
	if err := printErrors(null, at); err != nil {
		return err
	}
	if pairs == 0 {
		return nil
	}
	anomalies, _, err := s.draw(ctx, "signal", drawing{signal: strength, n: pairs})
	if err != nil {
		return err
	}
	p, err := pValues(null.t, anomalies.t)
	if err != nil {
		return err
	}
	fmt.Printf("power at N_S = %g: %s\n", strength, rate(p))
	return nil
}

// drawing is a set of toys: the true values of the parameters in units of sigma, the strength of
// the anomaly, and the number of toys.
type drawing struct {
	at, signal float64
	n          int
}

// prepare opens the source of toys and prepares their test.
func (s study) prepare(at float64) (sources.Source, twosample.Prepared, error) {
	none := twosample.Prepared{}
	sweep, err := configs.LoadSweep("applications/imperfect", configs.Changes{})
	if err != nil {
		return nil, none, err
	}
	i := slices.IndexFunc(sweep.Cells, func(c configs.Cell) bool {
		return c.Arms[0].Label == "profiled"
	})
	e := sweep.Cells[i].Experiment
	if s.reference > 0 {
		e.Data.Reference = s.reference
	}
	for i := range e.Data.Nuisances {
		e.Data.Nuisances[i].At = at
		e.Data.Nuisances[i].Ignore = s.arm == "ignored"
	}
	if s.arm == "known" {
		e.Data.Nuisances = nil
	}
	source, err := sources.New(e.Data)
	if err != nil {
		return nil, none, err
	}
	setup := e.Setup()
	setup.Dim = source.Dim()
	r := rng.New(e.Seed, "widths")
	reference, err := source.DrawReference(r, twosample.DistanceRows)
	if err != nil {
		return nil, none, err
	}
	setup.Distances, err = twosample.MeasureDistances(reference, r, twosample.DistanceOptions{})
	if err != nil {
		return nil, none, err
	}
	method, err := twosample.Lookup(e.Test.Method)
	if err != nil {
		return nil, none, err
	}
	prepared, err := twosample.Prepare(method, setup)
	return source, prepared, err
}

// draw draws and tests toys, several at a time.
func (s study) draw(ctx context.Context, kind string, d drawing) (sample,
	[]twosample.StatisticScale, error) {
	source, prepared, err := s.prepare(d.at)
	if err != nil {
		return sample{}, nil, err
	}
	out := sample{make([][]float64, d.n), make([][]float64, d.n)}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(s.workers)
	for worker := range s.workers {
		group.Go(func() error {
			test, err := prepared.New()
			if err != nil {
				return err
			}
			for i := worker; i < d.n && ctx.Err() == nil; i += s.workers {
				name := fmt.Sprint(kind, d.at, d.signal)
				pair, err := sources.DrawAlternative(source, rng.New(3, "data/"+name, uint64(i)),
					d.signal)
				if err != nil {
					return err
				}
				if s.exact {
					setExact(pair)
				}
				fit, o, err := twosample.FitAll(test, pair, rng.New(3, "fit/"+name, uint64(i)))
				if err != nil {
					return err
				}
				if o.Status != twosample.OK {
					return fmt.Errorf("toy %d: %s", i, o.Reason)
				}
				out.t[i], out.tau[i] = o.T, slices.Clone(o.T)
				if fit.Null != nil { // lead does not have a tau
					for k := range fit.Checkpoints {
						out.tau[i][k] += fit.Null.Delta
					}
				}
			}
			return ctx.Err()
		})
	}
	return out, prepared.Scales, group.Wait()
}

// printDistributions compares the distributions at the true values, scale by scale.
func printDistributions(scales []twosample.StatisticScale, at map[float64]sample) {
	fmt.Println("| scale | mean t at -1, 0, +1 | p of t, -1 to 0 | p of t, +1 to 0 | " +
		"mean tau at -1, 0, +1 | p of tau, -1 to 0 | p of tau, +1 to 0 |")
	fmt.Println("|---|---|---|---|---|---|---|")
	for k, scale := range scales {
		name := scale.Statistic
		if name == "" {
			name = twosample.StatisticT
		}
		fmt.Printf("| %s, sigma %.3g |", name, scale.Sigma)
		printColumn(at, k, func(s sample) [][]float64 { return s.t })
		if scale.Statistic == "" {
			printColumn(at, k, func(s sample) [][]float64 { return s.tau })
		}
		fmt.Println()
	}
	fmt.Println()
}

// printColumn prints the means of a statistic and the p-values of the Kolmogorov-Smirnov tests.
func printColumn(at map[float64]sample, k int, of func(sample) [][]float64) {
	columns := map[float64][]float64{}
	for _, sigma := range sigmas {
		for _, row := range of(at[sigma]) {
			columns[sigma] = append(columns[sigma], row[k])
		}
		fmt.Printf(" %.2f", stat.Mean(columns[sigma], nil))
	}
	fmt.Printf(" | %.2g | %.2g |", smirnov(columns[-1], columns[0]),
		smirnov(columns[1], columns[0]))
}

// smirnov returns the p-value of the two-sample Kolmogorov-Smirnov test, from its limit for many
// rows.
func smirnov(x, y []float64) float64 {
	x, y = slices.Sorted(slices.Values(x)), slices.Sorted(slices.Values(y))
	d := stat.KolmogorovSmirnov(x, nil, y, nil)
	n := float64(len(x)) * float64(len(y)) / float64(len(x)+len(y))
	var p float64
	for k := 1.; k < 100; k++ {
		p += 2 * math.Pow(-1, k-1) * math.Exp(-2*k*k*n*d*d)
	}
	return min(max(p, 0), 1)
}

// pValues ranks toys among null toys.
func pValues(null, toys [][]float64) ([]float64, error) {
	calibration, err := stats.NewCalibration(null, stats.Mix)
	if err != nil {
		return nil, err
	}
	var p []float64
	for _, t := range toys {
		s, err := calibration.Test(t)
		if err != nil {
			return nil, err
		}
		p = append(p, s.P)
	}
	return p, nil
}

// rate prints how many p-values are at most alpha.
func rate(p []float64) string {
	var n float64
	for _, v := range p {
		if v <= alpha {
			n++
		}
	}
	share := n / float64(len(p))
	return fmt.Sprintf("%.3f ± %.3f", share, math.Sqrt(share*(1-share)/float64(len(p))))
}

// printErrors prints the type-I errors at the true values, of t and of tau alone, with null toys at
// 0, and the p-values of the tests whether the combined p-values depend on the true values.
func printErrors(null sample, at map[float64]sample) error {
	fmt.Printf("| true value | type-I error of t at %g | p of the combined p, to 0 | "+
		"type-I error of tau at %g |\n|---|---|---|---|\n", alpha, alpha)
	combined := map[float64][]float64{}
	tau := map[float64][]float64{}
	for _, sigma := range sigmas {
		var err error
		if combined[sigma], err = pValues(null.t, at[sigma].t); err != nil {
			return err
		}
		if tau[sigma], err = pValues(null.tau, at[sigma].tau); err != nil {
			return err
		}
	}
	for _, sigma := range sigmas {
		fmt.Printf("| %+g sigma | %s | %.2g | %s |\n", sigma, rate(combined[sigma]),
			smirnov(combined[sigma], combined[0]), rate(tau[sigma]))
	}
	fmt.Println()
	return nil
}
