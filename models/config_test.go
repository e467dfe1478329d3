package models_test

import (
	"strings"
	"testing"

	"sparker/models"
)

func TestConfig(t *testing.T) {
	t.Parallel()
	if _, err := models.NewEnsemble(models.Default(), 2); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		change func(*models.Config)
		want   string
	}{
		{func(c *models.Config) { c.Kind = "mlp" }, `kind is "mlp"; want one of ensemble`},
		{func(c *models.Config) { c.Kernels = 0 }, "kernels is 0; must be at least 1"},
		{func(c *models.Config) { c.Init = "middle" }, `init is "middle"`},
		{func(c *models.Config) { c.Centroids = "fixed" },
			`centroids is "fixed"; want one of trainable, frozen`},
		{func(c *models.Config) { c.Coefficients = "any" },
			`coefficients is "any"; want one of signed, positive`},
	} {
		config := models.Default()
		c.change(&config)
		if _, err := models.NewEnsemble(config, 2); err == nil ||
			!strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
	if _, err := models.NewEnsemble(models.Default(), 0); err == nil {
		t.Error("dimension 0 is accepted")
	}
	config := models.Default()
	config.Init = "start/mu0.npy"
	if path, ok := config.InitFile(); !ok || path != "start/mu0.npy" {
		t.Errorf("init file %q, %v", path, ok)
	}
	if _, err := models.NewEnsemble(config, 2); err != nil {
		t.Errorf("an init file: %v", err)
	}
}
