/** Returns a page that asks for a bearer token and opens GraphiQL with it, without storing the token. */
export function signInPage(message: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>snapgate</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem }
  input { font: inherit; width: 100%; box-sizing: border-box; padding: 0.5rem; margin: 0.5rem 0 }
</style>
<h1>snapgate</h1>
<p role="status">${message}</p>
<form>
  <label>Bearer token <input name="token" type="password" autocomplete="off" autofocus required></label>
  <button>Open GraphiQL</button>
</form>
<script>
  document.querySelector('form').addEventListener('submit', async (event) => {
    event.preventDefault();
    const authorization = 'Bearer ' + event.target.token.value.trim();
    const response = await fetch(location.href, { headers: { accept: 'text/html', authorization } });
    const page = await response.text();
    document.open();
    document.write(page);
    document.close();
  });
</script>
</html>
`;
}
