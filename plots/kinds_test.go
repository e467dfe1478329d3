package plots

import (
	"bytes"
	"testing"

	"sparker/plots/plotstest"
	"sparker/results"
)

// kinds draw one figure of each kind, by the name of its image in testdata, as the examples do.
var kinds = map[string]func() (Figure, error){
	"power": func() (Figure, error) { return PowerCurve(plotstest.Summary()) },
	"null-scales": func() (Figure, error) {
		s := plotstest.Summary()
		return NullDistributions(s, plotstest.Toys(s))
	},
	"null-scales-lead": func() (Figure, error) {
		s := plotstest.WithLead(plotstest.Summary())
		return NullDistributions(s, plotstest.Toys(s))
	},
	"null-scales-member": func() (Figure, error) {
		s := plotstest.WithMembers(plotstest.Summary())
		return MemberDistributions(s, plotstest.Toys(s), "wide")
	},
	"power-groups": func() (Figure, error) {
		return GroupPower(plotstest.WithMembers(plotstest.Summary()))
	},
	"p-groups": func() (Figure, error) {
		return GroupValues(plotstest.WithMembers(plotstest.Summary()))
	},
	"trajectory-1d": func() (Figure, error) { return Trajectory1D(plotstest.LineFit()) },
	"trajectory-1d-births": func() (Figure, error) {
		return Trajectory1D(plotstest.LineFitWithBirths())
	},
	"trajectory-2d": func() (Figure, error) {
		return Trajectory2D(plotstest.PlaneFit(), 0, 1)
	},
	"trajectory-2d-births": func() (Figure, error) {
		return Trajectory2D(plotstest.PlaneFitWithBirths(), 0, 1)
	},
	"history":         func() (Figure, error) { return History(plotstest.LineFit()) },
	"history-births":  func() (Figure, error) { return History(plotstest.LineFitWithBirths()) },
	"log-ratio":       func() (Figure, error) { return LogRatio1D(plotstest.LineFit()) },
	"dynamics":        func() (Figure, error) { return Dynamics(plotstest.PlaneFit()) },
	"dynamics-births": func() (Figure, error) { return Dynamics(plotstest.PlaneFitWithBirths()) },
	"power-arms": func() (Figure, error) {
		c := plotstest.Comparison()
		return PowerArms(c.Groups[0], c.By)
	},
	"panels":          func() (Figure, error) { return Panels(plotstest.Comparison()) },
	"panels-uneven":   func() (Figure, error) { return Panels(plotstest.UnevenComparison()) },
	"ablation":        func() (Figure, error) { return Ablation(plotstest.Comparison()) },
	"ablation-uneven": func() (Figure, error) { return Ablation(plotstest.UnevenComparison()) },
	"heatmap": func() (Figure, error) {
		return HeatMap(plotstest.Sweep(), "model.kernels", "data.reference", 8, nil)
	},
	"power-against": func() (Figure, error) {
		return PowerAgainst(plotstest.Sweep(), "model.kernels", atReference)
	},
	"kernels-found": func() (Figure, error) {
		return KernelsFound(plotstest.Sweep(), "model.kernels", atReference)
	},
	"regret-map": ofContest(RegretMap),
	"power-dots": ofContest(PowerDots),
	"power-cost": ofContest(func(c results.Comparison) (Figure, error) { return PowerCost(c, 0) }),
	"where-1d": func() (Figure, error) {
		return Where(plotstest.Findings(plotstest.FindingsShape{Kernels: 3, Columns: 1}))
	},
	"where-2d": func() (Figure, error) {
		return Where(plotstest.Findings(plotstest.FindingsShape{Kernels: 3, Columns: 2}))
	},
	"where": func() (Figure, error) {
		return Where(plotstest.Findings(plotstest.FindingsShape{Kernels: 3, Columns: 12}))
	},
	"dynamics-spheres": func() (Figure, error) {
		return Dynamics(plotstest.WithSpheres(plotstest.PlaneFitWithBirths()))
	},
	"marginals": func() (Figure, error) {
		return Marginals(plotstest.WithMarginals(
			plotstest.Findings(plotstest.FindingsShape{Kernels: 3, Columns: 12}), 7))
	},
	"members": func() (Figure, error) {
		return Members(plotstest.Findings(plotstest.FindingsShape{Kernels: 3, Columns: 12}), 0)
	},
}

// ofContest draws a contest with its regret.
func ofContest(of func(results.Comparison) (Figure, error)) func() (Figure, error) {
	return func() (Figure, error) {
		c, err := regretOf(plotstest.Contest())
		if err != nil {
			return Figure{}, err
		}
		return of(c)
	}
}

// sample is the figure of a kind.
func sample(t testing.TB, kind string) Figure {
	t.Helper()
	f, err := kinds[kind]()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestNoTextOverlapsOrIsCutOff(t *testing.T) {
	t.Parallel()
	for kind := range kinds {
		inspect(t, kind, sample(t, kind))
	}
}

// Equal records give equal bytes, and so does one figure that is rendered twice.
func TestRenderingIsReproducible(t *testing.T) {
	t.Parallel()
	small := func(f Figure) ([]byte, error) { return f.PNG(36) }
	for kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			first, second := sample(t, kind), sample(t, kind)
			for _, render := range []func(Figure) ([]byte, error){small, Figure.SVG} {
				var versions [3][]byte
				for i, f := range []Figure{first, first, second} {
					var err error
					if versions[i], err = render(f); err != nil {
						t.Fatal(err)
					}
				}
				if !bytes.Equal(versions[0], versions[1]) {
					t.Error("one figure gives different bytes")
				}
				if !bytes.Equal(versions[0], versions[2]) {
					t.Error("equal records give different bytes")
				}
			}
		})
	}
}
