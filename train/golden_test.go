package train

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"sparker/data"
	"sparker/data/tables"
	"sparker/losses"
	"sparker/models"
)

// golden is the content of testdata/exp1d/expected.json. The numbers come from an independent
// implementation (PyTorch, autograd, float64): 80 epochs of Adam for 18 combinations of loss, gate
// and schedule.
type golden struct {
	Epochs       int     `json:"epochs"`
	SigmaStart   float64 `json:"sigma_start"`
	SigmaEnd     float64 `json:"sigma_end"`
	LearningRate float64 `json:"learning_rate"`
	Clip         float64 `json:"clip"`
	Weight       float64 `json:"weight"`
	Fits         []struct {
		Loss       string `json:"loss"`
		SoftMax    bool   `json:"softmax"`
		Schedule   string `json:"schedule"`
		Statistics []struct {
			Epoch int     `json:"epoch"`
			Sigma float64 `json:"sigma"`
			T     float64 `json:"t"`
		} `json:"statistics"`
		Centroids    [][]float64 `json:"centroids"`
		Coefficients []float64   `json:"coefficients"`
	} `json:"fits"`
}

func TestGoldenFits(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("testdata", "exp1d")
	text, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want golden
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if len(want.Fits) != 18 {
		t.Fatalf("%d golden fits, want 18", len(want.Fits))
	}
	read := func(name string) data.Sample {
		table, err := tables.Read(filepath.Join(dir, name), tables.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return table.Sample(nil)
	}
	start := read("mu0.npy")
	pair := data.Pair{Reference: read("R.npy"), Data: read("D.npy"), Weight: want.Weight}

	eachEngine(t, func(t *testing.T, engine string) { goldenFits(t, want, pair, start, engine) })
}

func goldenFits(t *testing.T, want golden, pair data.Pair, start data.Sample, engine string) {
	for _, fit := range want.Fits {
		t.Run(fmt.Sprintf("%s softmax=%v %s", fit.Loss, fit.SoftMax, fit.Schedule),
			func(t *testing.T) {
				model := models.Default()
				model.Kernels, model.SoftMax = start.N, fit.SoftMax
				config := Default()
				config.Epochs, config.Clip, config.Engine = want.Epochs, want.Clip, engine
				config.LearningRate = LearningRate{want.LearningRate, want.LearningRate, "data"}
				config.Width.Schedule = fit.Schedule
				config.Checkpoints = Checkpoints{Count: len(fit.Statistics), Spacing: "epoch"}
				s := setup{model: model, loss: losses.Config{Kind: fit.Loss}, config: config,
					widths: Widths{want.SigmaStart, want.SigmaEnd}, dim: start.D}
				fitter := s.fitter(t)
				got, err := fitter.Fit(pair, startAt(fitter, start.X), nil)
				if err != nil {
					t.Fatal(err)
				}
				if got.Status != OK {
					t.Fatalf("status %s: %s", got.Status, got.Reason)
				}
				near := func(what string, got, want float64) {
					t.Helper()
					if !(math.Abs(got-want) <= 1e-6*math.Abs(want)) {
						t.Errorf("%s = %v, want %v", what, got, want)
					}
				}
				for i, c := range got.Checkpoints {
					if c.Epoch != fit.Statistics[i].Epoch {
						t.Errorf("checkpoint %d at epoch %d, want %d", i, c.Epoch,
							fit.Statistics[i].Epoch)
					}
					near(fmt.Sprintf("sigma at epoch %d", c.Epoch), c.Sigma,
						fit.Statistics[i].Sigma)
					near(fmt.Sprintf("t at epoch %d", c.Epoch), c.T, fit.Statistics[i].T)
				}
				for i, row := range fit.Centroids {
					near(fmt.Sprintf("centroid %d", i), got.Centroids[i], row[0])
					near(fmt.Sprintf("coefficient %d", i), got.Coefficients[i], fit.Coefficients[i])
				}
			})
	}
}
