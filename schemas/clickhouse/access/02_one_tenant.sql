-- Example: a reader who sees one tenant, here acme. A table with a row policy shows nothing to users without one:
-- hence the policy for everybody else. Set the password in place of the words in <>.

CREATE USER IF NOT EXISTS acme_bi IDENTIFIED WITH sha256_password BY '<password>' DEFAULT ROLE attesa_bi;

GRANT attesa_bi TO acme_bi;

CREATE ROW POLICY IF NOT EXISTS acme_only ON sessions FOR SELECT USING tenant = 'acme' TO acme_bi;
CREATE ROW POLICY IF NOT EXISTS acme_only ON outcomes FOR SELECT USING tenant = 'acme' TO acme_bi;
CREATE ROW POLICY IF NOT EXISTS acme_only ON orders FOR SELECT USING tenant = 'acme' TO acme_bi;
CREATE ROW POLICY IF NOT EXISTS acme_only ON customer_links FOR SELECT USING tenant = 'acme' TO acme_bi;
CREATE ROW POLICY IF NOT EXISTS acme_only ON customer_groups FOR SELECT USING tenant = 'acme' TO acme_bi;
CREATE ROW POLICY IF NOT EXISTS acme_only ON windows FOR SELECT USING tenant = 'acme' TO acme_bi;
CREATE ROW POLICY IF NOT EXISTS acme_only ON dead_letters FOR SELECT USING tenant = 'acme' TO acme_bi;
CREATE ROW POLICY IF NOT EXISTS acme_only ON tenants FOR SELECT USING tenant = 'acme' TO acme_bi;

CREATE ROW POLICY IF NOT EXISTS everybody_else ON sessions FOR SELECT USING 1 TO ALL EXCEPT acme_bi;
CREATE ROW POLICY IF NOT EXISTS everybody_else ON outcomes FOR SELECT USING 1 TO ALL EXCEPT acme_bi;
CREATE ROW POLICY IF NOT EXISTS everybody_else ON orders FOR SELECT USING 1 TO ALL EXCEPT acme_bi;
CREATE ROW POLICY IF NOT EXISTS everybody_else ON customer_links FOR SELECT USING 1 TO ALL EXCEPT acme_bi;
CREATE ROW POLICY IF NOT EXISTS everybody_else ON customer_groups FOR SELECT USING 1 TO ALL EXCEPT acme_bi;
CREATE ROW POLICY IF NOT EXISTS everybody_else ON windows FOR SELECT USING 1 TO ALL EXCEPT acme_bi;
CREATE ROW POLICY IF NOT EXISTS everybody_else ON dead_letters FOR SELECT USING 1 TO ALL EXCEPT acme_bi;
CREATE ROW POLICY IF NOT EXISTS everybody_else ON tenants FOR SELECT USING 1 TO ALL EXCEPT acme_bi;
