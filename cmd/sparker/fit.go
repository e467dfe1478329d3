package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"sparker/configs"
	"sparker/data/tables"
	"sparker/experiments"
)

type fitFlags struct {
	paths  experiments.FitPaths
	out    string
	asJSON bool
}

func (a *app) fitCommand() *cobra.Command {
	var f fitFlags
	cmd := &cobra.Command{
		Use:   "fit --data D.npy --reference R.npy --out DIR [key.path=value ...]",
		Short: "Fit the samples of two files once, and write fit.json",
		Long: `fit fits the kernels to the samples of two tables (.npy, .npz, .csv, .parquet or .h5, with path:key), once and without calibration. It
prints the statistic at every scale and writes fit.json, with the centroids and coefficients, and figures. The
keys of the model, loss and train blocks, seed, data.standardize, data.counting and data.expected can be set; a
reference row weighs N_D/N_R unless data.counting=extended data.expected=N says that the reference stands for N
events.`,
		Example: `  sparker fit --data D.npy --reference R.npy --out fit model.kernels=10 train.epochs=500`,
		Args:    wants(0, anyNumber, "overrides of the form key.path=value"),
		RunE: action(func(ctx context.Context, args []string) error {
			return a.fit(ctx, args,
				f)
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.paths.Data, "data", "", "table with the data sample")
	flags.StringVar(&f.paths.Reference, "reference", "", "table with the reference sample")
	flags.StringVar(&f.paths.InitialCentroids, "init-centroids", "",
		".npy file with the initial centroids (default: as model.init says)")
	flags.StringVar(&f.out, "out", "", "folder for fit.json and the figures")
	flags.BoolVar(&f.asJSON, "json", false, "print the fit as JSON in place of the table")
	for _, name := range []string{"data", "reference", "out"} {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // the flag is defined above
		}
	}
	return cmd
}

func (a *app) fit(ctx context.Context, args []string, f fitFlags) error {
	for _, file := range []struct{ flag, address string }{
		{"data", f.paths.Data}, {"reference", f.paths.Reference},
		{"init-centroids", f.paths.InitialCentroids},
	} {
		if file.flag == "init-centroids" && file.address == "" {
			continue
		}
		if _, err := tables.Path(file.address); errors.Is(err, fs.ErrNotExist) {
			return badInput(fmt.Errorf("--%s: %w", file.flag, err))
		}
	}
	if path := f.paths.InitialCentroids; path != "" && !strings.HasSuffix(path, ".npy") {
		return usageError("--init-centroids is %q; want the path of an .npy file", path)
	}
	e, err := configs.LoadFit(args)
	if err != nil {
		return err
	}
	if err := checkFolder(f.out); err != nil {
		return err
	}
	fit, err := experiments.FitFiles(ctx, e, f.paths)
	if err != nil {
		return err
	}
	if err := a.showFit(fit, f.asJSON); err != nil {
		return err
	}
	return a.writeFit(fit, f.out)
}
